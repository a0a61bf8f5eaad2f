import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deferred } from '../../async/deferred';
import { DataFolderLost, lockDataFolder } from '../../data-folder/data-folder-lock';
import type { LockFile } from '../../data-folder/lock-file';
import { EmbeddedWatch } from './embedded-watch';
import { openPglite } from './open-pglite';
import { PgliteThread } from './pglite-thread';

/** An empty database with our tables and BullMQ's, created by the build (see prepare-data-folder.ts). */
export const PREPARED_DATA = join(__dirname, 'prepared-data.tar.gz');

/** PostgreSQL in a data folder, and the lock that makes this process its only user. */
export class EmbeddedPostgres {
  readonly thread = new PgliteThread();
  private readonly loss = deferred<Error>();
  /** Resolves, with the reason, when the folder is gone or belongs to another process, or PGlite has stopped. */
  readonly lost = this.loss.promise;
  private readonly watch = new EmbeddedWatch(this.thread);
  private opened: Promise<void> | undefined;
  private lock: LockFile | undefined;

  /**
   * Creates nothing yet.
   * @param preparedData an archive of an empty database. If the file is missing, a new folder takes longer to fill.
   */
  constructor(
    private readonly dataDir: string,
    private readonly preparedData = PREPARED_DATA,
  ) {
    void this.thread.broken.then(this.loss.resolve);
  }

  /**
   * Opens once, however often it is called.
   * @throws DataFolderInUse
   */
  open(): Promise<void> {
    return (this.opened ??= this.openOnce());
  }

  async close(): Promise<void> {
    await this.opened?.catch(() => undefined);
    await this.end();
  }

  private async end(): Promise<void> {
    await this.thread.close();
    this.watch.stop();
    await this.lock?.release();
  }

  private async openOnce(): Promise<void> {
    const { dataDir } = this;
    try {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      this.lock = await lockDataFolder(dataDir, () => this.loss.resolve(new DataFolderLost(dataDir)));
      this.watch.start();
      await openPglite(this.thread, join(dataDir, 'database'), this.preparedData);
      this.watch.hasStarted();
    } catch (error) {
      await this.end().catch(() => undefined);
      throw error;
    }
  }
}
