import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder, type TempFolder } from '../support/servers/temp-folder';
import { EngineProcess } from '../support/engine/engine-process';
import type { EngineOrder } from '../support/engine/engine-process-child';
import { EventReceiver } from './event-receiver';
import { readHandOvers, type HandOver } from '../support/engine/hand-overs';
import { PersistentClient } from './persistent-client';
import { pickRecipient } from './recipients';
import type { SeededRandom } from './seeded-random';
import { Traffic, type Plan } from './traffic';
import { faultsOf, groupBy, repeatedDeliveries, type Evidence, type Shown } from './verdict';

const EVENTS = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'canceled',
  'received',
  'reaction',
];

export interface ChaosOptions {
  random: SeededRandom;
  flags: EngineOrder['flags'];
  /** Engine processes on the same store, each with its own data folder. */
  processes?: number;
  leaseSeconds?: number;
  sweepSeconds?: number;
  claimSeconds?: number;
}

/** One run: engine processes, a receiver that outlives them, and one record of all hand-overs. */
export class ChaosRun {
  private readonly startedAt = Date.now();
  private shown: Shown[] = [];

  private constructor(
    private readonly folder: TempFolder,
    private readonly random: SeededRandom,
    readonly engines: EngineProcess[],
    readonly receiver: EventReceiver,
    readonly client: PersistentClient,
  ) {}

  /** Starts everything, with a webhook for all of a message's events. */
  static async begin({ random, flags, processes = 1, ...times }: ChaosOptions): Promise<ChaosRun> {
    const folder = await tempFolder('chaos');
    const engines: EngineProcess[] = [];
    for (let index = 0; index < processes; index += 1) {
      const dataDir = join(folder.path, `data-${index}`);
      const handOvers = join(folder.path, 'hand-overs');
      engines.push(await EngineProcess.prepare(dataDir, handOvers, flags, times));
    }
    await Promise.all(engines.map((engine) => engine.start()));
    const key = await engines[0]!.createKey();
    const client = new PersistentClient(
      engines.map((engine) => engine.url),
      key,
    );
    const receiver = new EventReceiver(random);
    const webhook = { url: await receiver.start(), events: EVENTS.map((name) => `message.${name}`) };
    const { body } = await client.call('POST', '/v1/webhooks', webhook);
    receiver.secret = body.secret;
    return new ChaosRun(folder, random, engines, receiver, client);
  }

  get engine(): EngineProcess {
    return this.engines[0] as EngineProcess;
  }

  traffic(plan: Omit<Plan, 'pickRecipient'>): Traffic {
    return new Traffic(this.client, this.random, { ...plan, pickRecipient });
  }

  handOvers(): HandOver[] {
    return readHandOvers(join(this.folder.path, 'hand-overs'));
  }

  /** Waits until every promise is kept, or until `timeoutMs` have passed. @returns what is not kept then. */
  async settle(traffic: Traffic, timeoutMs: number): Promise<string[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const faults = faultsOf(await this.evidence(traffic));
      if (faults.length > 0 && Date.now() < deadline) {
        await sleep(1_000);
        continue;
      }
      // Whatever should not come any more gets a moment to come.
      await sleep(1_000);
      return faults.length > 0 ? faults : faultsOf(await this.evidence(traffic));
    }
  }

  /** The figures of the run, for people who read the test output. */
  report(name: string, traffic: Traffic, more: Record<string, number> = {}): void {
    const handOvers = this.handOvers();
    const wireIds = groupBy(handOvers, ({ wireId }) => wireId);
    const figures = {
      messages: traffic.messages.length,
      canceled: traffic.messages.filter(({ canceled }) => canceled).length,
      edits: traffic.editsTaken,
      ...more,
      handOvers: handOvers.length,
      repeatedWithSameWireId: handOvers.length - wireIds.size,
      deliveries: this.receiver.deliveries.length,
      refusedDeliveries: this.receiver.deliveries.filter(({ taken }) => !taken).length,
      repeatedDeliveries: repeatedDeliveries(this.receiver.deliveries),
      unansweredRequests: this.client.unreachable,
      hungRequests: this.client.hung,
      unavailableAnswers: this.client.unavailable,
      seconds: Math.round((Date.now() - this.startedAt) / 1000),
    };
    process.stdout.write(`chaos: ${name}: ${JSON.stringify(figures)}\n`);
  }

  async end(): Promise<void> {
    this.client.stop();
    for (const engine of this.engines) {
      engine.signal('SIGCONT');
      await engine.kill();
    }
    await this.receiver.stop();
    await this.folder.remove();
  }

  /** How late, in milliseconds, the latest scheduled message was handed over; 0 where none was. */
  latestLateness(traffic: Traffic): number {
    const wireIds = new Map(this.shown.map(({ id, key }) => [id, key?.split('_')[2]]));
    const firstAt = new Map<string, number>();
    for (const { wireId, at } of this.handOvers()) if (!firstAt.has(wireId)) firstAt.set(wireId, at);
    const late = traffic.messages.map(({ id, sendAt }) => {
      const at = firstAt.get(wireIds.get(id) ?? '');
      return sendAt === null || at === undefined ? 0 : at - sendAt;
    });
    return Math.max(0, ...late);
  }

  private async evidence(traffic: Traffic): Promise<Evidence> {
    const shown = (this.shown = await this.allMessages());
    const { deliveries } = this.receiver;
    return { acknowledged: traffic.messages, shown, handOvers: this.handOvers(), deliveries };
  }

  private async allMessages(): Promise<Shown[]> {
    const shown: Shown[] = [];
    let cursor = '';
    do {
      const { body } = await this.client.call('GET', `/v1/messages?limit=200${cursor}`);
      shown.push(...(body.data as Shown[]));
      cursor = body.next_cursor ? `&cursor=${encodeURIComponent(body.next_cursor)}` : '';
    } while (cursor);
    return shown;
  }
}
