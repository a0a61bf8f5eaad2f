import fc from 'fast-check';
import type { DeliveryRunner } from '../../../engine/events/delivery-runner';
import type { Poster } from '../../../engine/events/post-event';
import { dropHeld, unlockDeliveries } from '../../../engine/store/tables/deliveries';
import { until } from '../../support/engine/until';
import { DeliveryWorld, HOUR, MINUTE } from './delivery-world';
import type { Answer, Receiver } from './receiver';

const STEPS = [
  'tell',
  'tell',
  'tell several',
  'works',
  'refuses',
  'slams',
  'disable',
  'enable',
  'rotate',
  'kill',
  'minute',
  'hours',
  'day',
  'sweep',
] as const;
type Step = (typeof STEPS)[number];

let world: DeliveryWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await DeliveryWorld.open('pglite');
  receiver = await world.receiver();
});
afterAll(() => world.close());

/** One history of one webhook. */
class History {
  readonly wanted = new Set<string>();
  readonly taken = new Set<string>();
  private told = 0;
  private answer: Answer = 200;
  private dead: { now: boolean }[] = [];

  constructor(readonly webhookId: string) {
    receiver.answer = ({ event }) => {
      if (this.answer === 200) this.taken.add(String(event.data['n']));
      return this.answer;
    };
    this.startRunner();
  }

  async take(step: Step): Promise<void> {
    switch (step) {
      case 'tell':
        return this.tell(1);
      case 'tell several':
        return this.tell(4);
      case 'works':
        return void (this.answer = 200);
      case 'refuses':
        return void (this.answer = 500);
      case 'slams':
        return void (this.answer = 'slam');
      case 'disable':
        return void (await world.edit(this.webhookId, { status: 'disabled' }));
      case 'enable':
        return void (await world.edit(this.webhookId, { status: 'enabled' }));
      case 'rotate':
        return void (await world.rotate(this.webhookId));
      case 'kill':
        return this.kill();
      case 'minute':
        return world.jump(MINUTE);
      case 'hours':
        return world.jump(7 * HOUR);
      case 'day':
        return world.jump(25 * HOUR);
      case 'sweep':
        await dropHeld(world.database, new Date(world.clock.now() - 72 * HOUR), 200);
        return world.runners[0]!.rearm();
    }
  }

  /** The process is gone: it hears nothing of its posts any more, and another one starts on its store. */
  async kill(): Promise<void> {
    this.dead.forEach((mark) => (mark.now = true));
    world.runners.length = 0;
    // A statement that is under way when a process dies is done or not done; here it is done.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await unlockDeliveries(world.database);
    this.startRunner().wake();
  }

  private async tell(count: number): Promise<void> {
    const { status, disabled_by: by } = await world.webhookRow(this.webhookId);
    const names = Array.from({ length: count }, () => String(this.told++));
    await world.tell(...names.map((n) => ({ data: { n } })));
    const after = await world.webhookRow(this.webhookId);
    if (status === 'enabled' || by === 'failures') names.forEach((n) => this.wanted.add(n));
    expect([status === 'disabled' && by === 'user', after.status === 'enabled']).not.toEqual([true, true]);
  }

  private startRunner(): DeliveryRunner {
    const mark = { now: false };
    this.dead.push(mark);
    const poster: Poster = {
      async post(event) {
        const result = await world.poster.post(event);
        return mark.now ? new Promise(() => undefined) : result;
      },
      close: () => Promise.resolve(),
    };
    return world.addRunner({ poster });
  }
}

const rows = async () =>
  world.database.query<{ n: string; status: string; error: string | null; next_attempt_at: Date | null }>(
    `SELECT e.data::jsonb ->> 'n' AS n, d.status, d.error, d.next_attempt_at
     FROM deliveries d JOIN events e ON e.id = d.event_id`,
  );

it('loses no event in any order of failures', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 5, maxLength: 25 }), async (steps) => {
      await world.database.query('DELETE FROM webhooks');
      await world.database.query('DELETE FROM events');
      world.runners.length = 0;
      const { row } = await world.webhook({ url: receiver.url() });
      const history = new History(row.id);
      for (const step of steps) await history.take(step);

      const found = new Map((await rows()).map((delivery) => [delivery.n, delivery]));
      expect([...found.keys()].sort()).toEqual([...history.wanted].sort());
      for (const { status, error, next_attempt_at: next } of found.values()) {
        if (status === 'failed') expect(error).toBeTruthy();
        if (status === 'pending') expect(next).not.toBeNull();
      }

      // In the end the receiver works and is enabled: everything that was not given up comes.
      await history.take('works');
      await history.kill();
      await history.take('enable');
      const waits = async () =>
        (await rows()).filter(({ status }) => status === 'pending' || status === 'held');
      await until('nothing waits', async () => {
        if ((await waits()).length === 0) return true;
        world.jump(13 * HOUR);
        await world.runners[0]!.rearm();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return false;
      });
      for (const { n, status, error } of await rows()) {
        if (status === 'delivered') expect(history.taken).toContain(n);
        else expect([status, Boolean(error)]).toEqual(['failed', true]);
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
