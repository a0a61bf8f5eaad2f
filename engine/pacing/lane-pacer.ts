import type { Sql } from '../store/sql/database';
import type { Wanted } from '../store/tables/lane-messages';
import type { MessageRow } from '../store/tables/messages';
import type { Content } from '../transport/transport';

/** The pace of a lane. Each message goes through `claimed`, `turn`, `handedOver` and `ended`, in this order. */
export interface LanePacer {
  /** How many messages may be claimed in one transaction. */
  readonly atOnce: number;
  /** Rereads what the pace depends on. Called before each look at the rows. */
  refresh(): Promise<void>;
  /** Whether the settings are still those that `refresh` read. */
  isCurrent(sql: Sql): Promise<boolean>;
  /** Which messages may be claimed now. */
  wanted(): Pick<Wanted, 'exceptCampaigns' | 'lowest' | 'lowestOfNew'>;
  /** Milliseconds until more may be claimed than at the last look; null if nothing is held back. */
  nextChange(): number | null;
  claimed(message: MessageRow): void;
  /** Resolves when the message may be handed to the transport; with false if the lane closes first. */
  turn(message: MessageRow, content: Content): Promise<boolean>;
  /** @returns how much later than possible it was handed over, in milliseconds. */
  handedOver(message: MessageRow): number;
  /** The attempt is over, whether or not the message was handed over. */
  ended(message: MessageRow): void;
  /** Ends every wait for a turn. */
  close(): void;
}

/** No pacing: every message is sent as soon as it is due. */
export function unpaced(now: () => number): LanePacer {
  return {
    atOnce: Infinity,
    refresh: () => Promise.resolve(),
    isCurrent: () => Promise.resolve(true),
    wanted: () => ({ exceptCampaigns: [], lowest: 2, lowestOfNew: 2 }),
    nextChange: () => null,
    claimed() {},
    turn: () => Promise.resolve(true),
    handedOver: (message) => now() - message.due_at.getTime(),
    ended() {},
    close() {},
  };
}
