import { join } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { deferred } from '../../async/deferred';
import { LogSync } from './log-sync';

/** What to open. */
export interface PgliteSource {
  /** A folder, or `memory://`. */
  dataDir: string;
  /** PostgreSQL settings, `name=value`. */
  settings: readonly string[];
  /** Nothing is synced while it opens: the caller syncs the whole folder then. */
  isNew?: boolean;
  /** For a database in memory: a tar.gz of a cluster to start from. */
  archive?: Uint8Array;
}

/** What the thread shows of itself while it works, in memory that both threads share. See watch-files.cjs. */
interface Vitals {
  /** Grows with each read and write of a file. */
  steps: Int32Array;
  /** Room on the disk, in bytes; `Infinity` if everything is in memory. */
  free: Float64Array;
  /** 1 while PostgreSQL waits for room on the disk. */
  waiting: Int32Array;
}

type Act = 'open' | 'request' | 'dump' | 'close';
type Answer = Uint8Array | undefined;
/** PostgreSQL has stopped for good, for this reason if it said one. */
interface LastWords {
  reason: string | null;
}

/**
 * PGlite on its own thread. PostgreSQL's work holds up neither the API nor timers, and PostgreSQL starts while the main
 * thread still loads the rest of the engine. Speaks PostgreSQL's wire protocol, one request at a time.
 *
 * If PGlite itself fails (not just a statement), the thread ends, and every pending and later request is rejected.
 */
export class PgliteThread {
  private readonly asked = deferred();
  /** Resolves when `open` has been called. From then on PGlite starts, whatever the main thread does. */
  readonly opening = this.asked.promise;
  /** Resolves, with the fault, if the thread ends by itself. Nothing can be read or written after that. */
  readonly broken: Promise<Error>;
  private readonly breaking = deferred<Error>();
  private readonly logSync = new LogSync();
  private readonly port: MessagePort;
  /**
   * How many messages were sent. The thread sleeps until it changes, which costs nothing and wakes it sooner than the
   * message does: that goes through the thread's event loop. (The main thread cannot sleep: it has timers to keep.)
   */
  private readonly sent = new Int32Array(new SharedArrayBuffer(4));
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private readonly waiting: { resolve(answer: Answer): void; reject(fault: Error): void }[] = [];
  private readonly vitals: Vitals = {
    steps: new Int32Array(new SharedArrayBuffer(4)),
    free: new Float64Array(new SharedArrayBuffer(8)).fill(Infinity),
    waiting: new Int32Array(new SharedArrayBuffer(4)),
  };
  private answered = 0;
  /** How many wait for the disk. */
  private syncing = 0;
  private fault: Error | undefined;
  private closed: Promise<unknown> | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(join(__dirname, 'pglite-worker.cjs'), {
      workerData: { port: port2, sent: this.sent, logSync: this.logSync.memory, vitals: this.vitals },
      transferList: [port2],
    });
    this.port.on('message', (answer: Answer | LastWords) => {
      if (answer && 'reason' in answer) return this.fail(stopped(answer.reason));
      this.answered += 1;
      this.waiting.shift()?.resolve(answer);
    });
    // Before the other `exit` listener: an end after `close` is not a fault.
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.broken = this.breaking.promise;
    this.worker.on('error', (cause) => this.fail(stopped(null, cause)));
    this.worker.on('exit', () => this.fail(stopped(null)));
  }

  /** Room on the disk in bytes, as it was at the last request or less than a second ago. `Infinity` in memory. */
  get freeBytes(): number {
    return this.vitals.free[0]!;
  }

  /** Whether PostgreSQL waits for room on the disk. Until then it answers nothing. */
  get isWaitingForRoom(): boolean {
    return Atomics.load(this.vitals.waiting, 0) === 1;
  }

  /** Changes as long as the thread works on its requests; null if it has none. */
  get progress(): number | null {
    if (this.waiting.length === 0 && this.syncing === 0) return null;
    return this.answered + Atomics.load(this.vitals.steps, 0);
  }

  /**
   * Must be the first call, and must be awaited.
   * @throws the error of PGlite or the operating system.
   */
  async open(source: PgliteSource): Promise<void> {
    await this.ask('open', source).catch((error: Error) => {
      throw error.cause ?? error;
    });
    await this.committed();
  }

  /**
   * Its changes may not be on the disk yet: wait for `committed` before you act on them.
   * @returns PostgreSQL's response, which includes the errors of statements.
   */
  async request(bytes: Uint8Array): Promise<Buffer> {
    // Copied, because a message would carry the whole memory block that the Buffer may share with others.
    const answer = await this.ask('request', new Uint8Array(bytes));
    return answer ? Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength) : Buffer.alloc(0);
  }

  /** Resolves when all that was committed so far is on the disk. */
  async committed(): Promise<void> {
    if (this.fault) throw this.fault;
    this.syncing += 1;
    try {
      await this.logSync.finished();
      this.answered += 1;
    } catch (error) {
      this.fail(stopped(null, error));
      throw this.fault;
    } finally {
      this.syncing -= 1;
    }
  }

  /** @returns the whole cluster as a tar.gz. */
  async dump(): Promise<Buffer> {
    return Buffer.from((await this.ask('dump')) ?? []);
  }

  /** Waits for pending requests. The thread's end may be noticed before its answer to this. */
  async close(): Promise<void> {
    this.closed ??= this.fault ? this.ended : Promise.race([this.ended, this.ask('close')]);
    await this.closed;
  }

  /** Gives up on the thread: every pending and later request is rejected, and `broken` resolves. */
  fail(fault: Error): void {
    if (this.fault) return;
    this.fault = fault;
    void this.worker.terminate();
    for (const { reject } of this.waiting.splice(0)) reject(fault);
    if (!this.closed) this.breaking.resolve(fault);
  }

  private ask(act: Act, argument?: unknown): Promise<Answer> {
    if (this.fault) return Promise.reject(this.fault);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.port.postMessage({ act, argument });
      Atomics.add(this.sent, 0, 1);
      Atomics.notify(this.sent, 0);
      this.asked.resolve();
    });
  }
}

function stopped(reason: string | null, cause?: unknown): Error {
  const why = reason === null ? '' : ` PostgreSQL said: ${reason}`;
  return new Error(`The embedded database has stopped.${why}`, { cause });
}
