import type { Mode } from '../domain/mode';
import type { Database, PoolClient, Sql } from '../store/sql/database';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import { chooserAmong, type SenderChooser } from './resolve-sender';

/** What is remembered of a session; the rest of its row may be another meanwhile. */
export type KnownSender = Pick<SessionRow, 'id' | 'phone'>;

const CHANNEL = 'blueticks_senders_changed';

/**
 * The numbers that can send, asked for by every new message. On the embedded database they are read once and again
 * whenever PostgreSQL says that they have changed, which it does with the answer to the change itself; so a message
 * goes to the database once and not twice. On a server the news of another process's change would come later than the
 * change, and they are read each time.
 *
 * A message that is made in the very moment in which its session is removed may outlive it, as on a server; the sweep
 * fails it.
 */
export class KnownSenders {
  private known = new Map<Mode, SenderChooser<KnownSender>>();
  private listener: PoolClient | undefined;

  constructor(private readonly database: Database) {}

  /** Once the database is prepared; until then they are read each time. */
  async open(): Promise<void> {
    if (this.database.kind !== 'embedded') return;
    const listener = await this.database.pool.connect();
    listener.on('notification', () => (this.known = new Map()));
    await listener.query(`LISTEN ${CHANNEL}`);
    this.listener = listener;
  }

  /** Like `senderChooser`. @param sql where they are read if they must be; not a transaction that changes them. */
  async chooser(sql: Sql, mode: Mode): Promise<SenderChooser<KnownSender>> {
    const { known } = this;
    const found = known.get(mode) ?? chooserAmong(await listSessions(sql, mode));
    // Not `this.known`: what changed while it was read must not be known for ever.
    if (this.listener) known.set(mode, found);
    return found;
  }

  close(): void {
    this.listener?.release();
    this.listener = undefined;
    this.known = new Map();
  }
}
