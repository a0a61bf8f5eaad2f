import { Worker } from 'node:worker_threads';
import { TurnQueue } from './turn-queue';

const MEMORY_MB = 64;
/** A thread that has nothing to do gives back its memory. */
const IDLE_MS = 30_000;

type Answer = { result: unknown } | { fault: string };

/**
 * Work on a thread of its own, one job at a time, each for a limited time and with limited memory: for what strangers
 * may have made expensive. The thread starts with the first job.
 */
export class SideThread {
  private readonly turns = new TurnQueue();
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;

  /**
   * @param file plain JavaScript. It gets `{ job, input }` and answers `{ result }` or `{ fault }`.
   */
  constructor(private readonly file: string) {}

  /**
   * @param longestMs for the job, with the start of the thread
   * @throws Error if the job fails, or takes too long or too much memory
   */
  async run<Result>(job: string, input: object, longestMs: number): Promise<Result> {
    const endTurn = await this.turns.acquire();
    try {
      clearTimeout(this.idle);
      return (await this.ask({ job, input }, longestMs)) as Result;
    } finally {
      this.idle = setTimeout(() => this.end(), IDLE_MS).unref();
      endTurn();
    }
  }

  private ask(message: object, longestMs: number): Promise<unknown> {
    const worker = (this.worker ??= this.start());
    let timer: NodeJS.Timeout | undefined;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.end();
        reject(error);
      };
      timer = setTimeout(() => fail(new Error(`took over ${longestMs} ms`)), longestMs);
      worker.removeAllListeners();
      worker.on('error', fail);
      worker.on('exit', () => fail(new Error('The thread ended.')));
      worker.on('message', (answer: Answer) => {
        worker.removeAllListeners();
        worker.on('error', () => this.end()).on('exit', () => this.end());
        if ('fault' in answer) reject(new Error(answer.fault));
        else resolve(answer.result);
      });
      worker.ref();
      worker.postMessage(message);
    }).finally(() => {
      clearTimeout(timer);
      this.worker?.unref();
    });
  }

  private start(): Worker {
    return new Worker(this.file, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
  }

  private end(): void {
    const { worker } = this;
    this.worker = undefined;
    worker?.removeAllListeners();
    // One that was cut off may still report a fault.
    worker?.on('error', () => undefined);
    void worker?.terminate();
  }
}
