import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { deferred } from '../../async/deferred';

/** What one PGlite is opened with. */
export interface PgliteSource {
  /** A folder, or `memory://`. */
  dataDir: string;
  /** PostgreSQL settings, `name=value`. */
  settings: readonly string[];
  /** A tar.gz of a cluster to start from, for one in memory. */
  archive?: Uint8Array;
}

/**
 * To fall asleep and be woken takes that thread longer than most statements: it looks for the next one for a moment
 * first. Not where only one thread can run. (This one must not wait: it has timers to keep.)
 */
const PATIENCE_MS = availableParallelism() > 1 ? 1 : 0;

type Act = 'open' | 'request' | 'dump' | 'close';
type Answer = Uint8Array | undefined;

/**
 * PGlite on a thread of its own: PostgreSQL's work holds up neither the API nor a timer, and it starts while this
 * thread still loads the rest of the engine. Speaks PostgreSQL's wire protocol, one request after the other.
 *
 * A fault of PGlite itself (not one of a statement) ends the thread: everything asked then and later is refused.
 */
export class PgliteThread {
  private readonly asked = deferred();
  /** Resolves when it was asked to open: from then on it works, whatever this thread does. */
  readonly opening = this.asked.promise;
  /** Resolves with the fault if the thread ends by itself: nothing can be read or written any more. */
  readonly broken: Promise<Error>;
  private readonly port: MessagePort;
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private readonly waiting: { resolve(answer: Answer): void; reject(fault: Error): void }[] = [];
  private fault: Error | undefined;
  private closed: Promise<unknown> | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(join(__dirname, 'pglite-worker.cjs'), {
      workerData: { port: port2, patienceMs: PATIENCE_MS },
      transferList: [port2],
    });
    this.port.on('message', (answer: Answer) => this.waiting.shift()?.resolve(answer));
    // Before the other listeners of that: an end that was asked for is no fault.
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.broken = new Promise((resolve) => {
      const fail = (cause?: unknown): void => {
        if (this.fault) return;
        this.fault = new Error('The embedded database has stopped', { cause });
        for (const { reject } of this.waiting.splice(0)) reject(this.fault);
        if (!this.closed) resolve(this.fault);
      };
      this.worker.on('error', fail);
      this.worker.on('exit', () => fail());
    });
  }

  /**
   * Must be the first, and its answer awaited.
   * @throws what PGlite or the system says.
   */
  async open(source: PgliteSource): Promise<void> {
    await this.ask('open', source).catch((error: Error) => {
      throw error.cause ?? error;
    });
  }

  /** @returns what PostgreSQL answers, errors of statements included. */
  async request(bytes: Uint8Array): Promise<Buffer> {
    // A copy of just these bytes: a message takes the whole block of memory along that a Buffer may share.
    const answer = await this.ask('request', new Uint8Array(bytes));
    return answer ? Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength) : Buffer.alloc(0);
  }

  /** @returns the whole cluster as a tar.gz. */
  async dump(): Promise<Buffer> {
    return Buffer.from((await this.ask('dump')) ?? []);
  }

  /** Lets what was asked end first. The thread's end may be heard before its answer. */
  async close(): Promise<void> {
    this.closed ??= this.fault ? Promise.resolve() : Promise.race([this.ended, this.ask('close')]);
    await this.closed;
  }

  private ask(act: Act, argument?: unknown): Promise<Answer> {
    if (this.fault) return Promise.reject(this.fault);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.port.postMessage({ act, argument });
      this.asked.resolve();
    });
  }
}
