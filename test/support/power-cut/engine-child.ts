import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../chaos/seeded-random';
import { openEngine } from './open-engine';
import { say } from './recorded-process';
import type { StoreOrder } from './store-child';

/** What is recorded: a whole engine with its API, its sandbox and a webhook, from its first start to a `kill -9`. */
async function main({ dataDir, preparedData, seed, acts }: StoreOrder): Promise<void> {
  const random = new SeededRandom(seed);
  const engine = await openEngine(dataDir, preparedData);
  const client = new Client(engine.url, await engine.localKey('test'));
  await client.call('POST', '/v1/webhooks', { url: await receiveEvents(), events: EVENTS });
  say({ about: 'started' });

  let left = acts;
  const work = async (name: string): Promise<void> => {
    for (let turn = 0; left > 0; turn += 1) {
      left -= 1;
      await client.act(`${name}-${turn}`, random);
    }
  };
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(work));
  await sleep(random.between(0, 500));
  process.kill(process.pid, 'SIGKILL');
}

const EVENTS = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'received'].map(
  (name) => `message.${name}`,
);

/** @returns where events are received */
async function receiveEvents(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { id } = JSON.parse(Buffer.concat(chunks).toString()) as { id: string };
      say({ about: 'event', id, kept: true });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A client of the API that says what it is told. */
class Client {
  private readonly ids: string[] = [];
  private optOuts = 0;

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async act(name: string, random: SeededRandom): Promise<void> {
    const chance = random.next();
    if (chance < 0.6) await this.send(name, chance < 0.1 ? Math.ceil(random.between(2, 40)) : 1, random);
    else if (chance < 0.85 && this.ids.length > 0) await this.look(random.pick(this.ids));
    else await this.optOut();
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer may hold anything
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  private async send(reference: string, count: number, random: SeededRandom): Promise<void> {
    const messages = Array.from({ length: count }, () => ({
      type: 'text',
      // Delivered and read; delivered, then answered; any other number: delivered.
      to: random.pick(['+15005550001', '+15005550004', `+1500555${Math.floor(random.between(1000, 9999))}`]),
      text: reference,
      reference,
    }));
    say({ about: 'messages', reference, count, kept: false });
    const { data } = await this.call('POST', '/v1/messages/batch', { messages });
    say({ about: 'messages', reference, count, kept: true });
    this.ids.push(...data.map(({ id }: { id: string }) => id));
  }

  /** What was shown once must be true from then on. */
  private async look(id: string): Promise<void> {
    const { status } = await this.call('GET', `/v1/messages/${id}`);
    if (['delivered', 'read', 'failed'].includes(status)) say({ about: 'status', id, status, kept: true });
  }

  private async optOut(): Promise<void> {
    this.optOuts += 1;
    const to = `+1415555${1000 + this.optOuts}`;
    await this.call('POST', '/v1/opt-outs', { to });
    say({ about: 'opt-out', to, kept: true });
  }
}

void main(JSON.parse(process.argv[2]!) as StoreOrder);
