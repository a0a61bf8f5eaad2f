import type { Group } from '../transport/transport';

/** What only the process that owns a session can do, because it has the session's link. */
export type OwnerRequest =
  | { kind: 'link' }
  | { kind: 'pairing_code'; phone: string }
  | { kind: 'reconnect' }
  | { kind: 'log_out' }
  | { kind: 'check_number'; phone: string }
  | { kind: 'list_groups' };

/** What is answered to each; null says that it was done, or begun. Plain JSON, since it goes through the database. */
export interface OwnerAnswers {
  link: null;
  /** `expiresAt` in epoch milliseconds. */
  pairing_code: { code: string; expiresAt: number };
  reconnect: null;
  log_out: null;
  check_number: { exists: boolean; chatId: string | null };
  list_groups: Group[];
}

/** An answer as it is stored. */
export type StoredAnswer<Kind extends OwnerRequest['kind']> =
  | { ok: OwnerAnswers[Kind] }
  | { error: { code: 'conflict' | 'unavailable' | 'internal_error'; message: string } };
