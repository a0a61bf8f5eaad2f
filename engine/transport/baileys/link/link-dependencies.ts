import type { Agent } from 'node:https';
import type { Clock } from '../../../async/clock';
import type { Log } from '../../../domain/log';
import type { SessionMemory } from '../../session-memory';
import type { Timers } from '../../../async/timers';
import type { TransportHandlers } from '../../transport';
import type { Baileys, BinaryNode, Message } from '../baileys';
import type { Timing } from '../timing';
import type { Connection } from './connection';

/** What a link works with, and whom it tells what comes over it. */
export interface LinkDependencies {
  baileys: Baileys;
  memory: SessionMemory;
  handlers: TransportHandlers;
  clock: Clock;
  timers: Timers;
  log: Log;
  timing: Timing;
  socketUrl: string | null;
  fetchAgent?: Agent;
  /** Has what was opened stored before Baileys gets it. */
  opened(sealed: Uint8Array, open: () => Promise<Uint8Array>): Promise<Uint8Array>;
  onMessage(stanza: BinaryNode, connection: Connection): void;
  onReceipt(stanza: BinaryNode, connection: Connection): Promise<void>;
  /** A message of ours, for a phone that could not read it. */
  getMessage(wireId: string): Promise<Message | undefined>;
}
