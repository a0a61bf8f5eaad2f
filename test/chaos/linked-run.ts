import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/engine/until';
import { tempFolder, type TempFolder } from '../support/servers/temp-folder';
import type { Contact } from '../wire/people/contact';
import type { Phone } from '../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../wire/whatsapp';
import { EngineProcess } from '../support/engine/engine-process';
import { readHandOvers } from '../support/engine/hand-overs';
import { isSilent, linkedFaults, repeats, strays } from './linked-verdict';
import { PersistentClient } from './persistent-client';
import type { SeededRandom } from './seeded-random';
import { Traffic, type Plan } from './traffic';
import type { Shown } from './verdict';

/** People who read what they get or keep silent. */
export function readersAndSilent(whatsapp: WhatsApp, count: number): ReadonlyMap<string, Contact> {
  const people = new Map<string, Contact>();
  for (let index = 0; index < count; index += 1) {
    const contact = whatsapp.contact(`+1415556${String(1000 + index)}`);
    // The silent never say that anything came: a message to them whose ack was lost has to go again.
    contact.behaves(isSilent(contact.number) ? { deliver: false } : { read: true });
    people.set(contact.number, contact);
  }
  return people;
}

/** A number of our own on a simulated WhatsApp, linked to an engine process that can be killed. */
export class LinkedRun {
  private readonly startedAt = Date.now();

  private constructor(
    private readonly folder: TempFolder,
    private readonly random: SeededRandom,
    readonly whatsapp: WhatsApp,
    readonly people: ReadonlyMap<string, Contact>,
    readonly engine: EngineProcess,
    readonly client: PersistentClient,
    readonly phone: Phone,
  ) {}

  /** Starts WhatsApp with people in it, by number, and an engine, and links them by QR code. */
  static async begin(
    random: SeededRandom,
    populate: (whatsapp: WhatsApp) => ReadonlyMap<string, Contact>,
  ): Promise<LinkedRun> {
    const folder = await tempFolder('linked-chaos');
    const whatsapp = await startWhatsApp();
    const phone = whatsapp.phone('+14155550100', { name: 'Us' });
    const people = populate(whatsapp);
    const engine = await EngineProcess.prepare(join(folder.path, 'data'), join(folder.path, 'hand-overs'), {
      BLUETICKS_WA_SOCKET_URL: whatsapp.url,
      BLUETICKS_PACING: 'off',
    });
    await engine.start();
    const client = new PersistentClient([engine.url], await engine.createKey('live'));
    const run = new LinkedRun(folder, random, whatsapp, people, engine, client, phone);
    const { body: session } = await client.call('POST', '/v1/sessions', { name: 'Chaos' });
    let qr = '';
    await until('there is a QR code', async () => {
      const answer = await client.call('GET', `/v1/sessions/${session.id}/qr`);
      qr = answer.body.qr ?? '';
      return qr !== '';
    });
    await phone.link(qr);
    await run.connected();
    return run;
  }

  get handOverFile(): string {
    return join(this.folder.path, 'hand-overs');
  }

  get seconds(): number {
    return Math.round((Date.now() - this.startedAt) / 1000);
  }

  async connected(): Promise<void> {
    await until(
      'the number is connected',
      async () => {
        const { body } = await this.client.call('GET', '/v1/engines');
        return body.data.some((engine: { connected: boolean }) => engine.connected);
      },
      120_000,
    );
  }

  traffic(plan: Omit<Plan, 'pickRecipient'>): Traffic {
    const numbers = [...this.people.keys()];
    return new Traffic(this.client, this.random, {
      ...plan,
      pickRecipient: (random) => random.pick(numbers),
    });
  }

  /** Waits until every promise is kept, or until `timeoutMs` have passed. @returns what is not kept then. */
  async settle(traffic: Traffic, timeoutMs: number): Promise<string[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const faults = linkedFaults(traffic.messages, await this.allMessages(), this.people);
      if (faults.length === 0 || Date.now() > deadline) return [...faults, ...this.whatsapp.complaints];
      await sleep(1_000);
    }
  }

  report(name: string, traffic: Traffic, more: Record<string, number>): void {
    const figures = {
      messages: traffic.messages.length,
      contacts: this.people.size,
      canceled: traffic.messages.filter(({ canceled }) => canceled).length,
      edits: traffic.editsTaken,
      ...more,
      handOvers: readHandOvers(this.handOverFile).length,
      repeatsWithSameWireId: repeats(this.people),
      wireIdsAtTwoPeople: strays(this.people),
      unansweredRequests: this.client.unreachable,
      seconds: this.seconds,
    };
    process.stdout.write(`chaos: ${name}: ${JSON.stringify(figures)}\n`);
  }

  async end(): Promise<void> {
    this.client.stop();
    await this.engine.kill();
    await this.whatsapp.close();
    await this.folder.remove();
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
