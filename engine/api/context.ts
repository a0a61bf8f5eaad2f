import type { BodyRules } from './all-faults';
import type { Clock } from '../async/clock';
import type { Tracer } from '../domain/tracing';
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
import type { WaitingReasons } from '../waiting/waiting-reasons';
import type { Encryption } from '../encryption/encryption';

/** What the routes work with. */
export interface ApiContext {
  config: EngineConfig;
  clock: Clock;
  database: Database;
  transact: Transact;
  wakeUps: WakeUps;
  /** Asks the process that owns a session. */
  askOwner: AskOwner;
  pacingSpeeds: PacingSpeeds;
  waiting: WaitingReasons;
  encryption: Encryption;
  poster: Poster;
  metrics: Metrics;
  /** Absent if no traces are wanted. */
  tracer?: Tracer;
  mediaLinks: MediaLinks;
  openInboundMedia: OpenInboundMedia;
  /** Resolves before the first request. */
  account: Promise<AccountRow>;
  keys: KnownKeys;
  senders: KnownSenders;
  localKeys: LocalKeys;
  /** This process's secret. Tools on this machine that can read it may ask for keys. */
  controlToken: string;
  /** Wakes the delivery of events. */
  wakeDeliveries(): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's key, on every route under /v1. */
    key: KeyRow;
  }
  interface FastifyContextConfig {
    /** The scope that the key must have. */
    scope?: string;
    /** Whether anyone may call it: a route of `/control` that needs no proof. */
    isOpen?: boolean;
    /** Whether it reads its body as a stream, of any length, for as long as bytes come. */
    streams?: boolean;
    /** For a route whose body is not JSON: the type it accepts and the header that says so, for error messages. */
    takes?: string;
    /** The rules for the body beyond its schema, to name their faults together with those of the schema. */
    rules?: BodyRules<never>;
  }
}
