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

type Act = 'open' | 'request' | 'dump' | 'close';
type Answer = Uint8Array | undefined;

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
  private fault: Error | undefined;
  private closed: Promise<unknown> | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(join(__dirname, 'pglite-worker.cjs'), {
      workerData: { port: port2, sent: this.sent, logSync: this.logSync.memory },
      transferList: [port2],
    });
    this.port.on('message', (answer: Answer) => this.waiting.shift()?.resolve(answer));
    // Before the other `exit` listener: an end after `close` is not a fault.
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.broken = this.breaking.promise;
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail());
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
    try {
      await this.logSync.finished();
    } catch (error) {
      this.fail(error);
      throw this.fault;
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

  private fail(cause?: unknown): void {
    if (this.fault) return;
    this.fault = new Error('The embedded database has stopped.', { cause });
    void this.worker.terminate();
    for (const { reject } of this.waiting.splice(0)) reject(this.fault);
    if (!this.closed) this.breaking.resolve(this.fault);
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
