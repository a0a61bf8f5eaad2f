import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../data-folder/lock-holder';
import { EngineError } from '../errors';
import type { Database } from '../store/sql/database';

const NAME = /^database-copy-(\d+)(-|$)/;

/** A copy of the embedded database for a command on this machine. */
export interface DatabaseCopy {
  /** A data folder with the copy in it. The command removes it. */
  folder: string;
  state: 'copying' | 'done' | 'failed';
  /** What went wrong. */
  error: string | null;
}

/**
 * Copies of the embedded database, which the command line reads at its leisure: reading it here would hold up everything else
 * on the only connection. They lie in the data folder, so a file system that can share blocks need not copy them.
 */
export class DatabaseCopies {
  private readonly copies = new Map<number, DatabaseCopy>();

  constructor(
    private readonly database: Pick<Database, 'copyTo'>,
    private readonly dataDir: string,
  ) {}

  /**
   * Begins a copy for the process `pid`; `find` tells when it is done. Removes what processes that are gone have left.
   * @throws EngineError `conflict` on a database server, or while the process has a copy
   */
  async begin(pid: number): Promise<DatabaseCopy> {
    if (!this.database.copyTo || this.copies.get(pid)?.state === 'copying') {
      throw new EngineError('conflict', 'This engine cannot copy its database now. Try again.');
    }
    await removeAbandonedCopies(this.dataDir);
    const copy: DatabaseCopy = {
      folder: join(this.dataDir, `database-copy-${pid}`),
      state: 'copying',
      error: null,
    };
    this.copies.set(pid, copy);
    void this.database.copyTo(join(copy.folder, 'database')).then(
      () => (copy.state = 'done'),
      (error: Error) => Object.assign(copy, { state: 'failed', error: error.message }),
    );
    return copy;
  }

  /** @throws EngineError `not_found` */
  find(pid: number): DatabaseCopy {
    const copy = this.copies.get(pid);
    if (copy) return copy;
    throw new EngineError(
      'not_found',
      'There is no copy for this process. The engine was restarted: try again.',
    );
  }
}

/** Removes copies whose command was killed. */
export async function removeAbandonedCopies(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
