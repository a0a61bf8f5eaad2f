import { PgliteStatements } from '../../../engine/store/embedded/pglite-statements';
import type { Poster } from '../../../engine/events/post-event';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { startEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { DeliveryWorld, HOUR } from './delivery-world';
import { Receiver } from './receiver';

afterEach(() => jest.restoreAllMocks());

/** The statements that the embedded database has got since, without those that begin and end transactions. */
function countStatements(): { since(): string[] } {
  const run = jest.spyOn(PgliteStatements.prototype, 'run');
  return {
    since() {
      const texts = run.mock.calls.flatMap(([statements]) => statements.map(({ text }) => text));
      run.mockClear();
      return texts.filter((text) => text !== 'BEGIN' && text !== 'COMMIT');
    },
  };
}

describe('an event', () => {
  let world: DeliveryWorld;
  afterEach(() => world.close());

  it('needs one statement for an event and its delivery, and a few for all that are recorded together', async () => {
    // So slow that only the first one is recorded before all are told.
    world = await DeliveryWorld.open('pglite', 1 / 500);
    const receiver = await world.receiver();
    const { row } = await world.webhook({ url: receiver.url() });
    const runner = world.addRunner();
    await world.tell({ data: { n: 'warm' } });
    await until('it is recorded', async () => (await world.webhookRow(row.id)).delivered_count === 1);
    const statements = countStatements();
    for (let n = 0; n < 30; n += 1) await world.tell({ data: { n } });
    await until('all have come', () => receiver.received.length === 31);
    const told = statements.since();
    expect(told.filter((text) => !text.includes('INTO events'))).toEqual([]);
    expect(told).toHaveLength(30);
    await runner.close();
    const recorded = statements.since();
    expect(recorded.length).toBeLessThanOrEqual(4);
    expect((await world.webhookRow(row.id)).delivered_count).toBe(31);
  });

  it('of a backlog is claimed with many others once its receiver has shown that it is fast', async () => {
    world = await DeliveryWorld.open('pglite');
    await world.webhook({ url: 'http://127.0.0.1:1/' });
    let posted = 0;
    const fast: Poster = {
      async post() {
        posted += 1;
        return { ok: true, status: 200 };
      },
      close: () => Promise.resolve(),
    };
    const runner = world.addRunner({ poster: fast });
    const statements = countStatements();
    await world.tell(...Array.from({ length: 1_000 }, (_, n) => ({ data: { n } })));
    await until('all are posted', () => posted === 1_000);
    await runner.close();
    expect(statements.since().length).toBeLessThanOrEqual(40);
  });
});

describe('a message that is due by itself', () => {
  const MESSAGES = 30;
  const EVENTS = ['queued', 'sending', 'sent', 'delivered', 'read'].map((status) => `message.${status}`);
  /** Reads and writes of its row, its events and their deliveries, and what a lane looks at. */
  const MOST_STATEMENTS = 20;

  it(`needs at most ${MOST_STATEMENTS} statements until all of its events are told, and no wake-up of the queue`, async () => {
    const clock = new JumpingClock();
    const engine = await startEngine({ parts: { clock } });
    const receiver = await new Receiver().start();
    try {
      await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events: EVENTS });
      const first = clock.now() + HOUR;
      const message = (i: number) => ({
        type: 'text',
        to: '+15005550001',
        text: `${i}`,
        send_at: new Date(first + i * 40).toISOString(),
      });
      const messages = Array.from({ length: MESSAGES }, (_, i) => message(i));
      await engine.call('POST', '/v1/messages/batch', { messages });
      clock.jump(HOUR - 500);
      const statements = countStatements();
      await engine.call('POST', '/v1/messages', { type: 'text', to: '+15005550003', text: 'wakes the lane' });
      const read = () => receiver.received.filter(({ event }) => event.type === 'message.read');
      await until('all are read', () => read().length === MESSAGES);
      const texts = statements.since();
      expect(texts.length / MESSAGES).toBeLessThanOrEqual(MOST_STATEMENTS);
      console.info(`${(texts.length / MESSAGES).toFixed(1)} statements a message`);
      expect(texts.filter((text) => text.includes('bullmq')).length).toBeLessThan(MESSAGES);
    } finally {
      await engine.close();
      await receiver.stop();
    }
  });
});
