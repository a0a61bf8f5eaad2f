import { setTimeout as sleep } from 'node:timers/promises';
import { Receiver } from '../integration/events/receiver';
import { until } from '../support/engine/until';
import type { Contact } from '../wire/people/contact';
import { burstFaults, type ReceivedBurst, type Written } from './burst-verdict';
import { LinkedRun } from './linked-run';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

const SIZE = fullOrShort(
  { people: 40, bursts: 50, kills: 30, killMs: 5_000, limitMs: 1_200_000 },
  { people: 5, bursts: 2, kills: 1, killMs: 2_000, limitMs: 120_000 },
);
const BURST = { quiet_s: 1, most_s: 4, most_messages: 6 };
/** Short gaps are within a burst and long ones between two. Some are about as long as the silence that ends one. */
const GAPS_MS: Record<string, [number, number]> = {
  within: [0, 700],
  doubtful: [700, 1_300],
  between: [1_300, 2_500],
};

describe('people who write in bursts, while the engine is killed again and again', () => {
  it(
    'have each message told once, in time and in order',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const run = await LinkedRun.begin(random, (whatsapp) => {
        const people = Array.from({ length: SIZE.people }, (_, nth) =>
          whatsapp.contact(`+1415557${String(1000 + nth)}`),
        );
        return new Map(people.map((contact) => [contact.number, contact]));
      });
      const receiver = await new Receiver().start();
      const written: Written[] = [];
      /** When the engine was killed, and when it was back. */
      const downs: { from: number; to: number }[] = [];
      try {
        const body = { url: receiver.url(), events: ['message.burst', 'message.received'], burst: BURST };
        await run.client.call('POST', '/v1/webhooks', body);
        const write = async (contact: Contact): Promise<void> => {
          for (let burst = 0; burst < SIZE.bursts; burst += 1) {
            const count = Math.ceil(random.between(0, 8));
            for (let message = 1; message <= count; message += 1) {
              const { id } = await contact.sends({ text: `${burst} ${message}` });
              written.push({ id, from: contact.number });
              const kind = message === count ? 'between' : random.happens(0.1) ? 'doubtful' : 'within';
              await sleep(random.between(...GAPS_MS[kind]!));
            }
          }
        };
        let isWriting = true;
        const kill = async (): Promise<void> => {
          for (let nth = 0; nth < SIZE.kills && isWriting; nth += 1) {
            await sleep(random.between(200, SIZE.killMs));
            const from = Date.now();
            await run.engine.kill();
            await run.engine.start();
            await run.connected();
            downs.push({ from, to: Date.now() });
          }
        };
        const all = Promise.all([...run.people.values()].map(write)).finally(() => (isWriting = false));
        await Promise.all([all, kill()]);
        await run.connected();
        const bursts = (): ReceivedBurst[] => receivedBursts(receiver, 'message.burst');
        const told = () => new Set(bursts().flatMap(({ messages }) => messages.map(({ id }) => id)));
        await until('everything is told', () => told().size >= written.length, 180_000).catch(
          () => undefined,
        );
        const alone = receivedBursts(receiver, 'message.received');
        const verdict = burstFaults(written, bursts(), alone, BURST, downs);
        const { bursts: count, latestMs } = verdict;
        const figures = {
          messages: written.length,
          bursts: count,
          kills: downs.length,
          latestMs,
          seconds: run.seconds,
        };
        process.stdout.write(`chaos: bursts: ${JSON.stringify(figures)}\n`);
        expect(verdict.faults).toEqual([]);
        expect(run.whatsapp.complaints).toEqual([]);
      } finally {
        await receiver.stop();
        await run.end();
      }
    },
    SIZE.limitMs,
  );
});

/** Each event once, with the ids of its messages. A delivery may be repeated after a kill; its event is the same. */
function receivedBursts(receiver: Receiver, type: string): ReceivedBurst[] {
  const events = new Map(receiver.received.map(({ event }) => [event.id, event]));
  return [...events.values()]
    .filter((event) => event.type === type)
    .map(({ id, data, created_at: at }) => {
      const messages = (data['messages'] ?? [data]) as { key: string; timestamp: string }[];
      return {
        id,
        at: Date.parse(at),
        messages: messages.map(({ key, timestamp }) => ({ id: key.split('_')[2]!, timestamp })),
      };
    });
}
