import fc from 'fast-check';
import { person } from './campaign-world';
import { SmallWorld } from './small-world';

/** More than are made in one transaction, so that an expansion is never whole. */
const CONTACTS = 230;
const recipients = Array.from({ length: CONTACTS }, (_, index) => person(index));

type Step =
  | { do: 'expand' | 'round' | 'crash' | 'pause' | 'resume' | 'cancel' }
  | { do: 'claim'; count: number }
  | { do: 'end'; end: 'sent' | 'delivered' | 'failed' | 'link_down' }
  | { do: 'add' | 'remove' | 'edit' | 'cancelOne'; place: number };

/** A link that goes down is the end that a pause meanwhile makes interesting. */
const ENDS = ['link_down', 'sent', 'link_down', 'delivered', 'link_down', 'failed'] as const;

const place = fc.integer({ min: 0, max: CONTACTS + 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('expand', 'round').map((what) => ({ do: what }) as Step) },
  { weight: 3, arbitrary: fc.constantFrom('pause', 'resume').map((what) => ({ do: what }) as Step) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'crash' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'cancel' }, { do: 'resume' }, { do: 'resume' }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('claim' as const), count: fc.integer({ min: 1, max: 120 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      end: fc.constantFrom(...ENDS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'remove' as const, 'edit' as const, 'cancelOne' as const),
      place,
    }),
  },
);

let world: SmallWorld;
beforeAll(async () => {
  world = await SmallWorld.open();
});
afterAll(() => world.cleanup());

interface Ledger {
  /** Recipients that were removed before their message was made. */
  forgotten: Set<string>;
  added: number;
}

async function take(now: Step, ledger: Ledger): Promise<void> {
  switch (now.do) {
    case 'expand':
      return world.expand();
    case 'round':
      return world.round();
    case 'crash':
      return world.crash();
    case 'claim':
      return world.claim(now.count);
    case 'end':
      return world.end(now.end);
    case 'add':
      ledger.added += 1;
      return world.add(person(5000 + ledger.added));
    case 'edit':
      return world.edit(now.place, `edited ${now.place}`);
    case 'cancelOne':
      return world.cancelOne(now.place);
    case 'remove': {
      const removed = await world.remove(now.place);
      if (removed === undefined) return;
      // A campaign that has ended is not told of it any more.
      if ((await world.shown()).status === 'aborted') return;
      const made = await world.messages();
      if (!made.some((message) => message.recipient === removed)) ledger.forgotten.add(removed);
      return;
    }
    default:
      await world.steer(now.do);
  }
}

/** Everything that must hold after every step. */
async function check({ forgotten }: Ledger): Promise<void> {
  const [campaign, messages] = [await world.shown(), await world.messages()];
  const made = messages.map((message) => message.recipient);
  const meant = recipients.filter((recipient) => !forgotten.has(recipient));
  // In audience order, each once, nobody left out, nobody who came later.
  expect(made).toEqual(meant.slice(0, made.length));
  const count = (isOne: (message: (typeof messages)[number]) => boolean) => messages.filter(isOne).length;
  const unmade = meant.length - made.length;
  const aborted = campaign.status === 'aborted';
  expect(campaign).toMatchObject({
    total_count: meant.length,
    sent_count: count((message) => message.sent_at !== null),
    delivered_count: count((message) => message.delivered_at !== null),
    read_count: 0,
    failed_count: count((message) => message.status === 'failed'),
    canceled_count: count((message) => message.status === 'canceled') + (aborted ? unmade : 0),
    pending_count:
      count(({ status, sent_at: at }) => ['queued', 'sending'].includes(status) && at === null) +
      (aborted ? 0 : unmade),
  });
  const { total_count: total, sent_count, failed_count, canceled_count, pending_count } = campaign;
  expect(sent_count + failed_count + canceled_count + pending_count).toBe(total);
  if (campaign.status === 'paused' || aborted) {
    // Only what may have reached WhatsApp goes on.
    expect(
      messages.filter((message) => message.status === 'queued' && !message.held && !message.handed_over_at),
    ).toEqual([]);
  }
  // An attempt after a crash goes under the id of the first.
  expect([...world.wire.values()].every((ids) => ids.size === 1)).toBe(true);
}

/** Lets the campaign come to its end, whatever state it was left in. */
async function finish(): Promise<void> {
  await world.restart();
  await world.steer('resume');
  for (let turn = 0; turn < 20; turn += 1) {
    await world.round();
    await world.claim(200);
    await world.end('delivered');
  }
  await world.round();
}

it('sends each contact its message exactly once, and counts correctly, whatever happens in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      await world.begin(recipients);
      await world.expand();
      const ledger: Ledger = { forgotten: new Set(), added: 0 };
      for (const now of steps) {
        await take(now, ledger);
        await check(ledger);
      }
      await finish();
      await check(ledger);
      const campaign = await world.shown();
      const told = await world.told();
      if (campaign.status === 'aborted') return expect(told.at(-1)).toBe('campaign.aborted');
      const messages = await world.messages();
      expect(messages).toHaveLength(CONTACTS - ledger.forgotten.size);
      expect(campaign.pending_count).toBe(0);
      // Those that were `sent` and never delivered keep it from its last state.
      const underway = messages.some((message) => message.status === 'sending');
      expect(campaign.status).toBe(underway ? 'complete_sent' : 'complete_delivered');
      expect(told.filter((type) => type === 'campaign.completed')).toHaveLength(1);
      const gone = messages.filter((message) => message.sent_at !== null).map((message) => message.recipient);
      expect(gone.every((recipient) => world.wire.has(recipient))).toBe(true);
    }),
    { numRuns: Number(process.env['CAMPAIGN_RUNS'] ?? 25) },
  );
}, 300_000);

describe('a message that comes back because the link is down', () => {
  const waiting = async () => {
    const messages = await world.messages();
    return messages.slice(0, 3).map(({ status, held }) => ({ status, held }));
  };
  const three = (state: object) => [state, state, state];

  it.each([
    ['paused', 'pause', { status: 'queued', held: true }],
    ['canceled', 'cancel', { status: 'canceled', held: false }],
  ] as const)(
    'is like those that waited where its campaign was %s meanwhile',
    async (_name, action, state) => {
      await world.begin(recipients);
      await world.expand();
      await world.claim(3);
      expect(await world.steer(action)).toBe(true);
      expect(await waiting()).toEqual(three({ status: 'sending', held: false }));
      await world.end('link_down');
      expect(await waiting()).toEqual(three(state));
    },
  );

  it('is queued again if its campaign is running', async () => {
    await world.begin(recipients);
    await world.expand();
    await world.claim(3);
    await world.end('link_down');
    expect(await waiting()).toEqual(three({ status: 'queued', held: false }));
  });
});
