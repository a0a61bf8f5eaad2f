import { PartHung, Silence } from '../../async/watchdog';
import type { PgliteThread } from './pglite-thread';

const LOOK_MS = 1_000;
const LIMIT_MS = 30_000;
/** To compile PostgreSQL and to repeat its log takes long on a small machine. */
const START_LIMIT_MS = 120_000;

/**
 * Ends a database thread that is hung: it has requests, and for 30 s has neither answered one nor read or written a file.
 * A long statement is not hung, nor is a thread that waits for room on the disk, nor one whose process is suspended.
 */
export class EmbeddedWatch {
  private readonly silence = new Silence();
  private timer: NodeJS.Timeout | undefined;
  private lookedAt = 0;
  private limitMs = START_LIMIT_MS;

  constructor(private readonly thread: Pick<PgliteThread, 'progress' | 'isWaitingForRoom' | 'fail'>) {}

  start(): void {
    this.lookedAt = performance.now();
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  /** The database is open. */
  hasStarted(): void {
    this.limitMs = LIMIT_MS;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = performance.now();
    const { thread, limitMs } = this;
    const progress = thread.isWaitingForRoom ? null : thread.progress;
    const silentMs = this.silence.look(progress, now - this.lookedAt);
    this.lookedAt = now;
    if (silentMs < limitMs) return;
    this.stop();
    thread.fail(new PartHung('The embedded database', limitMs));
  }
}
