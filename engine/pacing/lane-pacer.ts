import type { Sql } from '../store/sql/database';
import type { Wanted } from '../store/tables/lane-messages';
import type { MessageRow } from '../store/tables/messages';
import type { Content } from '../transport/transport';

/** What a lane asks of whoever sets its pace. */
export interface LanePacer {
  /** Messages that may be taken in one transaction. */
  readonly atOnce: number;
  /** A look at the rows begins: reads anew what the pace depends on. */
  refresh(): Promise<void>;
  /** Whether the settings that `refresh` read are those of now. */
  holds(sql: Sql): Promise<boolean>;
  /** What may be taken now. */
  wanted(): Pick<Wanted, 'exceptCampaigns' | 'lowest' | 'lowestOfNew'>;
  /** How long until more may be taken than at the last look, in milliseconds; null where nothing is held back. */
  nextChange(): number | null;
  /** A message was taken for an attempt. */
  take(message: MessageRow): void;
  /** Resolves when the message may be put on the wire: with false where the lane closes before that. */
  turn(message: MessageRow, content: Content): Promise<boolean>;
  /** It is put on the wire now. @returns how much later than it could have been, in milliseconds. */
  handOver(message: MessageRow): number;
  /** The attempt has ended, whether or not anything was put on the wire. */
  done(message: MessageRow): void;
  /** Nothing waits for its turn any more. */
  close(): void;
}

/** Everything goes as soon as it is due. */
export function unpaced(now: () => number): LanePacer {
  return {
    atOnce: Infinity,
    refresh: () => Promise.resolve(),
    holds: () => Promise.resolve(true),
    wanted: () => ({ exceptCampaigns: [], lowest: 2, lowestOfNew: 2 }),
    nextChange: () => null,
    take() {},
    turn: () => Promise.resolve(true),
    handOver: (message) => now() - message.due_at.getTime(),
    done() {},
    close() {},
  };
}
