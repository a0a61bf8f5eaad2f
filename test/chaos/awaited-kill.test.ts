import { setTimeout as sleep } from 'node:timers/promises';
import { Receiver } from '../integration/events/receiver';
import { until } from '../support/engine/until';
import type { Delivery } from '../wire/people/sent';
import { LinkedRun, readersAndSilent } from './linked-run';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

const SIZE = fullOrShort(
  { messages: 200, kills: 40, limitMs: 1_200_000 },
  { messages: 12, kills: 3, limitMs: 300_000 },
);

/** How a message may reach a linked device: with its content, without it, or so that only the phone can read it. */
const WAYS: readonly (Delivery | undefined)[] = [undefined, 'phone-only', 'damaged', 'list'];

describe('messages that come without their content, while the engine is killed again and again', () => {
  it(
    'are each told once, with their text',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const run = await LinkedRun.begin(random, (whatsapp) => readersAndSilent(whatsapp, 4));
      const receiver = await new Receiver().start();
      try {
        await run.client.call('POST', '/v1/webhooks', { url: receiver.url(), events: ['message.received'] });
        const people = [...run.people.values()];
        // Only the phone can help with what is damaged.
        for (const person of people) person.behaves({ resend: false });
        const sent = new Map<string, string>();
        const write = async (): Promise<void> => {
          for (let nth = 0; nth < SIZE.messages; nth += 1) {
            const text = `message ${nth}`;
            const delivery = WAYS[nth % WAYS.length];
            sent.set((await random.pick(people).sends({ text }, { delivery })).id, text);
            await sleep(random.between(0, 1_000));
          }
        };
        const kill = async (): Promise<void> => {
          for (let nth = 0; nth < SIZE.kills; nth += 1) {
            await sleep(random.between(0, 4_000));
            await run.engine.kill();
            await run.engine.start();
          }
        };
        await Promise.all([write(), kill()]);
        // A delivery may be repeated after a kill; its event is the same.
        const told = () =>
          new Map(receiver.received.map(({ event: { id, data } }) => [id, [String(data.key), data.text]]));
        const wanted = [...sent.values()].sort();
        await until('everything is told', () => told().size >= wanted.length, 100_000);
        await run.connected();
        expect([...told().values()].map(([, text]) => text).sort()).toEqual(wanted);
        expect(run.whatsapp.complaints).toEqual([]);
      } finally {
        await receiver.stop();
        await run.end();
      }
    },
    SIZE.limitMs,
  );
});
