import type { Log } from '../domain/log';
import type { Encryption } from '../encryption/encryption';
import { openProxy } from '../sessions/session-proxy';
import type { Sql } from '../store/sql/database';
import { readOwnerSettings, type OwnerSettings } from '../store/tables/session-settings';
import { type SessionRow } from '../store/tables/sessions';
import type { Transport } from '../transport/transport';
import type { ReadMarks } from './read-marks';

export interface FollowingDependencies {
  database: Sql;
  encryption: Encryption;
  log: Log;
}

/** Keeps what the owner of a session has in memory of its settings the same as in its row. */
export class FollowedSettings {
  private known: OwnerSettings;
  /** One after the other, so that the last read counts. */
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: SessionRow,
    private readonly transport: Pick<Transport, 'useProxy'>,
    private readonly readMarks: Pick<ReadMarks, 'useRule'>,
    private readonly deps: FollowingDependencies,
  ) {
    this.known = session;
  }

  /** @param row perhaps older than what is known, so it only says whether to look */
  compare(row: OwnerSettings): void {
    if (row.mark_read !== this.known.mark_read || !isSame(row.sealed_proxy, this.known.sealed_proxy))
      void this.reload().catch((error: unknown) =>
        this.deps.log.error({ err: error, session_id: this.session.id }, 'could not take over new settings'),
      );
  }

  /** Takes over what is stored now. */
  reload(): Promise<void> {
    const done = this.reading.then(() => this.read());
    this.reading = done.catch(() => undefined);
    return done;
  }

  private async read(): Promise<void> {
    const { database, encryption } = this.deps;
    const { id } = this.session;
    const stored = await readOwnerSettings(database, id);
    if (!stored) return;
    this.readMarks.useRule(stored.mark_read);
    if (!isSame(stored.sealed_proxy, this.known.sealed_proxy))
      await this.transport.useProxy?.(openProxy(id, stored.sealed_proxy, encryption));
    this.known = stored;
  }
}

const isSame = (one: Buffer | null, other: Buffer | null): boolean =>
  one === null || other === null ? one === other : one.equals(other);
