import { until } from '../../support/engine/until';
import { DAY, SequenceWorld, statuses } from '../sequences/sequence-world';

jest.setTimeout(90_000);

const STOPS = '+15005550005';
const ANSWERS = '+15005550004';
const chatOf = (phone: string): string => `${phone.slice(1)}@c.us`;
const optOuts = async (): Promise<{ to: string; source: string }[]> =>
  (await world.ask('GET', '/v1/opt-outs', 200)).data;

let world: SequenceWorld;
afterEach(() => world.stop());

it('ends every sequence to a person who sends a stop word, and refuses new ones', async () => {
  world = await SequenceWorld.start();
  const steady = await world.create(STOPS, [{ after: 'P1D' }], { stop_on_reply: false });
  const drip = await world.create(STOPS, [{}, { after: 'P2D' }]);
  for (const { id } of [steady, drip]) {
    await world.reaches(id, 'stopped_by_reply');
    await world.told('sequence.stopped', id);
  }
  expect(statuses(await world.get(drip.id))).toEqual([
    expect.stringMatching(/sending|delivered/),
    'canceled',
  ]);
  expect(await optOuts()).toEqual([
    {
      to: STOPS,
      chat_id: chatOf(STOPS),
      person_id: expect.stringMatching(/^per_/),
      source: 'reply',
      created_at: expect.any(String),
    },
  ]);
  const told = await until('the opt-out is told', () =>
    world.receiver.received.find(({ event }) => event.type === 'opt_out.created'),
  );
  expect([told.event.data]).toEqual(await optOuts());
  await world.ask('POST', '/v1/sequences', 422, { to: STOPS, steps: [{ type: 'text', text: 'x' }] });

  // A single message goes, and a second STOP is no second opt-out. Nothing is answered: nobody asked for that.
  await world.ask('POST', '/v1/messages', 201, { type: 'text', to: STOPS, text: 'Your table is ready' });
  const received = () => world.receiver.received.filter(({ event }) => event.type === 'message.received');
  await until('the second STOP is told', () => received().length === 2);
  world.clock.jump(3 * DAY);
  const next = await world.create(ANSWERS, [{}]);
  await world.reaches(next.id, 'completed');
  expect(world.recorded.textsTo(chatOf(STOPS))).toEqual(['step 1', 'Your table is ready']);
  // Told once: a jump of the clock may have the same delivery made again, under the same id.
  const optOutEvents = world.receiver.received.filter(({ event }) => event.type === 'opt_out.created');
  expect(new Set(optOutEvents.map(({ event }) => event.id)).size).toBe(1);
});

it('confirms an opt-out once, if configured', async () => {
  world = await SequenceWorld.start({ flags: { BLUETICKS_OPT_OUT_REPLY: 'You will hear no more from us.' } });
  const message = { type: 'text', to: STOPS, text: 'Hello' };
  await world.ask('POST', '/v1/messages', 201, message);
  const reply = await until('the answer goes', async () => {
    const { data } = await world.ask('GET', `/v1/messages?to=${encodeURIComponent(STOPS)}`, 200);
    return data.find(
      ({ text, sent_at: sentAt }: { text: string; sent_at: string | null }) => sentAt && text !== 'Hello',
    );
  });
  expect(reply).toMatchObject({
    text: 'You will hear no more from us.',
    to: STOPS,
    from: '+15005550100',
    sequence_id: null,
    reference: null,
  });
  // The simulated person answers everything with STOP, the confirmation too; that must not go round in circles.
  const received = () => world.receiver.received.filter(({ event }) => event.type === 'message.received');
  await until('both answers are told', () => received().length === 2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(world.recorded.textsTo(chatOf(STOPS))).toEqual(['Hello', 'You will hear no more from us.']);
  await until('its beginning is told', () =>
    world.eventsOf(reply.id).some(({ type }) => type === 'message.queued'),
  );
});

it('ends an opt-out with a start word, and uses the configured words', async () => {
  world = await SequenceWorld.start({
    flags: { BLUETICKS_STOP_WORDS: 'no more', BLUETICKS_START_WORDS: 'Yes, ja' },
  });
  await world.ask('POST', '/v1/opt-outs', 201, { to: ANSWERS });
  await world.ask('POST', '/v1/opt-outs', 201, { to: '+15005550001' });
  await world.ask('POST', '/v1/messages', 201, { type: 'text', to: ANSWERS, text: 'Shall we write again?' });
  await until('the opt-out is gone', async () => (await optOuts()).length === 1);
  expect((await optOuts())[0]!.to).toBe('+15005550001');
  // STOP is no word of this list any more: an answer like any other.
  const drip = await world.create(STOPS, [{}, { after: 'P1D' }]);
  await world.reaches(drip.id, 'stopped_by_reply');
  expect(await optOuts()).toHaveLength(1);
});
