import type { Agent } from 'node:https';
import { type Clock } from '../async/clock';
import type { Mode } from '../domain/mode';
import type { TransportFactory } from '../transport/transport';

/** Replacements for the real parts, for tests. */
export interface EngineParts {
  clock?: Clock;
  /** The transport of linked numbers; null if this process has none. */
  liveTransport?: TransportFactory | null;
  /** Trusts the media hosts of a simulated WhatsApp. */
  mediaAgent?: Agent;
  /** Wraps the transport of a mode, to watch or disturb it. */
  wrapTransport?: (factory: TransportFactory, mode: Mode) => TransportFactory;
  /** How long a process owns its sessions without renewing its leases. Usually 15; tests that wait for it use less. */
  leaseSeconds?: number;
  /** How long lost wake-ups stay lost. Usually 60, and less as above. */
  sweepSeconds?: number;
  /** How long the deliveries of a process that died are left to it. Usually 60, and less as above. */
  claimSeconds?: number;
}
