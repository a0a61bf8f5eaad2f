import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../../../engine/domain/mode';
import { callControl } from './control-call';
import { unpackPreparedDatabase } from './start-engine';
import { freePort } from '../servers/child-server';
import { ended, forkTypeScript, nextMessage } from '../servers/typescript-child';
import type { StartOutcome, EngineOrder } from './engine-process-child';

/** What is asked of one start only. */
type StartOrder = Partial<Pick<EngineOrder, 'wipeQueue' | 'killAt' | 'flags'>>;

/** Generous: the first start of many on a busy machine. */
const START_LIMIT_MS = 120_000;

/** An engine in a process of its own that can be killed, stopped for a while, and started again on the same data. */
export class EngineProcess {
  private child: ChildProcess | undefined;

  private constructor(
    readonly dataDir: string,
    readonly url: string,
    private readonly order: EngineOrder,
    private readonly nodeOptions: readonly string[],
  ) {}

  /**
   * Prepares one; `start` starts it. It keeps its port from one start to the next.
   * @param nodeOptions for Node.js, such as a memory limit
   */
  static async prepare(
    dataDir: string,
    handOverFile: string,
    flags: EngineOrder['flags'] = {},
    more: Pick<EngineOrder, 'clockSkewFile' | 'leaseSeconds' | 'sweepSeconds' | 'claimSeconds'> = {},
    nodeOptions: readonly string[] = [],
  ): Promise<EngineProcess> {
    if (!flags.DATABASE_URL) await unpackPreparedDatabase(dataDir);
    const port = await freePort();
    const order = {
      flags: {
        BLUETICKS_DATA_DIR: dataDir,
        BLUETICKS_PORT: `${port}`,
        BLUETICKS_RATE_LIMIT: 'off',
        BLUETICKS_LOG_LEVEL: process.env['CHAOS_LOG'] ?? 'silent',
        ...flags,
      },
      handOverFile,
      ...more,
    };
    return new EngineProcess(dataDir, `http://127.0.0.1:${port}`, order, nodeOptions);
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts a process; resolves at once. */
  launch(options: StartOrder = {}): void {
    const flags = { ...this.order.flags, ...options.flags };
    const order: EngineOrder = { ...this.order, ...options, flags };
    const program = join(__dirname, 'engine-process-child.ts');
    this.child = forkTypeScript(program, [JSON.stringify(order)], { execArgv: [...this.nodeOptions] });
  }

  /** Resolves with what the launched process says of its start; rejects when it is killed before that. */
  async outcome(): Promise<StartOutcome> {
    return nextMessage<StartOutcome>(this.child as ChildProcess);
  }

  /** Starts a process and waits until it listens. */
  async start(options: StartOrder = {}): Promise<void> {
    this.launch(options);
    await this.listening();
  }

  /** Waits until the launched process listens. @throws Error with what it says of a failed start */
  async listening(): Promise<void> {
    const tooLong = sleep(START_LIMIT_MS, null, { ref: false });
    const outcome = await Promise.race([this.outcome(), tooLong]);
    if (!outcome) throw new Error(`The engine did not start in ${START_LIMIT_MS} ms.`);
    if ('error' in outcome) throw new Error(`${outcome.error.name}: ${outcome.error.message}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Resolves when the process has ended by itself. */
  async died(): Promise<void> {
    if (this.child) await ended(this.child);
  }

  /** As `kill -9`: nothing of the process gets to run any more. */
  async kill(): Promise<void> {
    if (!this.child) return;
    this.child.kill('SIGKILL');
    await ended(this.child);
  }

  /** Lets it drain and leave. */
  async stop(): Promise<void> {
    if (!this.child) return;
    this.child.kill('SIGTERM');
    await ended(this.child);
  }

  /** A key that outlives the process, made as the command line makes it. */
  async createKey(mode: Mode = 'test'): Promise<string> {
    const key = { mode, name: 'chaos', scopes: ['*'] };
    const response = await callControl(this.dataDir, '/control/keys/create', key);
    return ((await response.json()) as { key: string }).key;
  }
}
