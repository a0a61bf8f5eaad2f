import { isLinked } from '../domain/link-state';
import { preferredForm } from '../domain/people/number-forms';
import { parseRecipient } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { EngineError, invalidRequest, type Faults } from '../errors';
import type { Database, PoolClient, Sql } from '../store/sql/database';
import { listSessions, type SessionRow } from '../store/tables/sessions';

/**
 * Chooses the sending session: the one with the number `from`, or without `from` the only linked one.
 * @throws EngineError `from_not_linked`, `no_active_session` or `ambiguous_session`
 */
export type SenderChooser<Sender = SessionRow> = (from: string | undefined) => Sender;

/** For a key without a number to send from. */
export const NOT_LINKED =
  'No WhatsApp number is linked. Link yours with: npx n8n-nodes-blueticks link ' +
  '(or POST /v1/sessions, then scan the code from GET /v1/sessions/{id}/qr). ' +
  'A test key (bt_test_…) needs no number: it sends to simulated recipients.';

/**
 * Chooses the sender as one of a request's fields: a number that is not linked is a fault among others, for which it
 * returns null. @throws EngineError `no_active_session` or `ambiguous_session`
 */
export function readSender<Sender>(
  from: string | undefined,
  choose: SenderChooser<Sender>,
  faults: Faults,
): Sender | null {
  try {
    return choose(from);
  } catch (error) {
    const [detail] = (error instanceof EngineError && error.options.details) || [];
    if (!detail) throw error;
    faults.note('', detail);
    return null;
  }
}

/** The same for one number or several. Each session comes once, however its number is written. */
export function readSenders<Sender extends { id: string }>(
  from: string | readonly string[] | undefined,
  choose: SenderChooser<Sender>,
  faults: Faults,
): Sender[] | null {
  if (from === undefined || typeof from === 'string') {
    const sender = readSender(from, choose, faults);
    return sender && [sender];
  }
  const read = from.map((number, index) => {
    try {
      return choose(number);
    } catch (error) {
      const [detail] = (error instanceof EngineError && error.options.details) || [];
      if (!detail) throw error;
      faults.add(`from.${index}`, detail.code, detail.message);
      return null;
    }
  });
  const senders = read.filter((sender) => sender !== null);
  if (senders.length < from.length) return null;
  return [...new Map(senders.map((sender) => [sender.id, sender])).values()];
}

/** Reads the sessions of a mode once, for any number of messages. */
export async function senderChooser(sql: Sql, mode: Mode): Promise<SenderChooser> {
  const linked = (await listSessions(sql, mode)).filter(isLinked);
  const numbers = linked.map((session) => session.phone).join(', ');
  return (from) => {
    if (from !== undefined) {
      const parsed = parseRecipient(from);
      const match = parsed.ok && findLinked(linked, parsed.phone);
      if (match) return match;
      const fix = numbers ? `Use a linked one: ${numbers}.` : 'Link it first.';
      const message = `is not a linked number. ${fix}`;
      throw invalidRequest([{ path: 'from', code: 'from_not_linked', message }]);
    }
    const [only, ...others] = linked;
    if (!only) throw new EngineError('no_active_session', NOT_LINKED);
    if (others.length === 0) return only;
    throw new EngineError(
      'ambiguous_session',
      `Several numbers are linked (${numbers}). Set from to one of them.`,
    );
  };
}

/** The linked number, however it is written. */
function findLinked(linked: SessionRow[], phone: string | null): SessionRow | undefined {
  if (phone === null) return undefined;
  const preferred = (number: string | null): string => preferredForm((number ?? '').slice(1));
  return (
    linked.find((session) => session.phone === phone) ??
    linked.find((session) => preferred(session.phone) === preferred(phone))
  );
}

/** The cached fields of a session. The rest of its row can change without notice. */
export type KnownSender = Pick<SessionRow, 'id' | 'phone'>;

const CHANNEL = 'blueticks_senders_changed';

/**
 * Sender choosers for new messages, cached only with the embedded database: it announces each change of the senders
 * together with the response to that change, so the cache is never stale, and a new message needs one query instead of
 * two. With a database server, another process's announcement could come too late.
 *
 * A message created at the very moment its session is removed may outlive the session. The sweep fails it.
 */
export class KnownSenders {
  private known = new Map<Mode, SenderChooser<KnownSender>>();
  private listener: PoolClient | undefined;

  constructor(private readonly database: Database) {}

  /** Starts caching. Call it once the database is ready. */
  async open(): Promise<void> {
    if (this.database.kind !== 'embedded') return;
    const listener = await this.database.pool.connect();
    listener.on('notification', () => (this.known = new Map()));
    await listener.query(`LISTEN ${CHANNEL}`);
    this.listener = listener;
  }

  /** Like `senderChooser`. @param sql used if nothing is cached; must not be a transaction that changes sessions. */
  async chooser(sql: Sql, mode: Mode): Promise<SenderChooser<KnownSender>> {
    const { known } = this;
    const found = known.get(mode) ?? (await senderChooser(sql, mode));
    // Not `this.known`: if the senders changed during the query, that map was replaced and this result may be stale.
    if (this.listener) known.set(mode, found);
    return found;
  }

  close(): void {
    this.listener?.release();
    this.listener = undefined;
    this.known = new Map();
  }
}
