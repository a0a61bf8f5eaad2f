import type { Clock } from '../async/clock';
import type { Transact } from '../events/transact';
import type { OpenInboundMedia } from '../inbound/inbound-media';
import type { MediaLinks } from '../inbound/media-links';
import type { Poster } from '../events/post-event';
import type { EngineConfig } from '../config';
import type { KnownKeys } from '../keys/known-keys';
import type { LocalKeys } from '../keys/local-keys';
import type { Metrics } from '../observability/metrics';
import type { WakeUps } from '../queue/wake-ups';
import type { AskOwner } from '../sessions/ask-owner';
import type { KnownSenders } from '../sessions/senders';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import type { AccountRow } from '../store/tables/accounts';
import type { KeyRow } from '../store/tables/api-keys';
import type { Database } from '../store/sql/database';
import type { Encryption } from '../encryption/encryption';

/** What the routes work with. */
export interface ApiContext {
  config: EngineConfig;
  clock: Clock;
  database: Database;
  transact: Transact;
  wakeUps: WakeUps;
  /** Asks the process that has a session's link. */
  askOwner: AskOwner;
  pacingSpeeds: PacingSpeeds;
  encryption: Encryption;
  poster: Poster;
  metrics: Metrics;
  mediaLinks: MediaLinks;
  openInboundMedia: OpenInboundMedia;
  /** Known before anything is asked. */
  account: Promise<AccountRow>;
  keys: KnownKeys;
  senders: KnownSenders;
  localKeys: LocalKeys;
  /** Secret of this process, by which the machine's own tools may ask it for keys. */
  controlToken: string;
  /** Looks at the deliveries now. */
  wakeDeliveries(): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The key of the request; there on every route under /v1. */
    key: KeyRow;
  }
  interface FastifyContextConfig {
    /** What the key must be allowed. */
    scope?: string;
    /** The body that it takes where that is not JSON, and how to say so. */
    takes?: string;
  }
}
