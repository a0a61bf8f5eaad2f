import { deferred } from '../../../engine/async/deferred';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { tempFolder } from '../../support/servers/temp-folder';
import { until } from '../../support/engine/until';
import { DAY, HOUR, SequenceWorld, statuses } from './sequence-world';

jest.setTimeout(90_000);

const ANSWERS = '+15005550004';
const VOTES = '+15005550008';
const REACTS = '+15005550009';
const chatOf = (phone: string): string => `${phone.slice(1)}@c.us`;
/** The receipts of a message may be stored after the answer to it. */
const GONE = expect.stringMatching(/^(sending|delivered|read)$/);
const steps = [{}, { after: 'P1D' }, { after: 'P2D' }];

let world: SequenceWorld;

/** Waits for the answer to a message. @returns the event that tells of it */
const answerTo = (messageId: string) =>
  until('the answer is told', () =>
    world.receiver.received.find(
      ({ event: { type, data } }) =>
        type === 'message.received' && data['in_reply_to_message_id'] === messageId,
    ),
  );

describe('a person who', () => {
  beforeAll(async () => {
    world = await SequenceWorld.start();
  });
  beforeEach(() => world.begin());
  afterAll(() => world.stop());

  it('replies gets no further step; the event shows the sequence as GET does', async () => {
    const { id } = await world.create(ANSWERS, steps, { reference: 'drip' });
    const stopped = await world.reaches(id, 'stopped_by_reply');
    expect(statuses(stopped)).toEqual([GONE, 'canceled', 'canceled']);
    const { data } = await world.told('sequence.stopped', id);
    const rest = (sequence: typeof stopped) => ({ ...sequence, messages: sequence.messages.slice(1) });
    expect(rest(data)).toEqual(rest(stopped));
    const reply = await answerTo(stopped.messages[0].id);
    expect(reply.event.data).toMatchObject({ text: 'yes', reference: 'drip' });
    for (const message of stopped.messages.slice(1)) await world.told('message.canceled', message.id);
    const { error } = await world.ask('POST', `/v1/sequences/${id}/cancel`, 409);
    expect(error.message).toBe(
      'The sequence was stopped by a reply (stopped_by_reply), so it cannot be canceled.',
    );
    world.clock.jump(3 * DAY);
    const next = await world.create(REACTS, [{}]);
    await world.reaches(next.id, 'completed');
    expect(world.recorded.textsTo(chatOf(ANSWERS))).toEqual(['step 1']);
    expect(world.eventsOf(id)).toHaveLength(1);
  });

  it('replies ends every sequence with stop_on_reply, and no other', async () => {
    const later = [{ after: 'P1D' }];
    const first = await world.create(ANSWERS, later);
    const second = await world.create(ANSWERS, later);
    const steady = await world.create(ANSWERS, later, { stop_on_reply: false });
    const other = await world.create(REACTS, later);
    await world.ask('POST', '/v1/messages', 201, { type: 'text', to: ANSWERS, text: 'How are you?' });
    await world.reaches(first.id, 'stopped_by_reply');
    await world.reaches(second.id, 'stopped_by_reply');
    expect((await world.get(steady.id)).status).toBe('active');
    expect((await world.get(other.id)).status).toBe('active');
    world.clock.jump(DAY + 1_000);
    const { messages } = await world.reaches(steady.id, 'completed');
    // Or it could answer into the next test.
    await answerTo(messages[0].id);
  });

  it('votes counts as replying', async () => {
    const poll = { type: 'poll', text: undefined, poll: { question: 'Ok?', options: ['yes', 'no'] } };
    const { id } = await world.create(VOTES, [poll, { after: 'P1D' }]);
    const stopped = await world.reaches(id, 'stopped_by_reply');
    expect(statuses(stopped)).toEqual([GONE, 'canceled']);
  });

  it('reacts does not count as replying', async () => {
    const { id } = await world.create(REACTS, [{}, { after: 'PT1H' }]);
    // Its reaction comes after the delivery, and is stored before the second step goes.
    await until('it is delivered', async () => statuses(await world.get(id))[0] === 'delivered');
    await new Promise((resolve) => setTimeout(resolve, 500));
    world.clock.jump(HOUR + 1_000);
    const done = await world.reaches(id, 'completed');
    expect(statuses(done).every((status) => status !== 'canceled')).toBe(true);
    expect(world.recorded.textsTo(chatOf(REACTS))).toEqual(['step 1', 'step 2']);
  });

  it('replied before the start does not stop the new sequence', async () => {
    const [written, arrives] = [deferred(), deferred()];
    world.recorded.pauseInbound = () => {
      written.resolve();
      return arrives.promise;
    };
    const hello = await world.ask('POST', '/v1/messages', 201, { type: 'text', to: ANSWERS, text: 'Hello' });
    await written.promise;
    // Longer than the clocks may differ.
    world.clock.jump(60_000);
    const { id } = await world.create(ANSWERS, [{ after: 'PT1H' }]);
    arrives.resolve();
    await answerTo(hello.id);
    expect((await world.get(id)).status).toBe('active');
    world.clock.jump(HOUR + 1_000);
    await world.reaches(id, 'completed');
  });
});

it('continues after a restart, and still stops on a reply', async () => {
  const folder = await tempFolder('sequences');
  try {
    const clock = new JumpingClock(20);
    world = await SequenceWorld.start({ dataDir: folder.path }, clock);
    const later = [{ after: 'PT1H' }, { after: 'PT2H' }, { after: 'P9D' }];
    const { id } = await world.create(ANSWERS, later);
    await world.stop();
    clock.jump(HOUR + 60_000);
    world = await SequenceWorld.start({ dataDir: folder.path }, clock);
    const stopped = await world.reaches(id, 'stopped_by_reply');
    expect(statuses(stopped)).toEqual([GONE, 'canceled', 'canceled']);
    await world.stop();
    clock.jump(10 * DAY);
    world = await SequenceWorld.start({ dataDir: folder.path }, clock);
    const next = await world.create(REACTS, [{}]);
    await world.reaches(next.id, 'completed');
    expect(world.recorded.textsTo(chatOf(ANSWERS))).toEqual([]);
    expect(await world.get(id)).toMatchObject({ status: 'stopped_by_reply', ended_at: stopped.ended_at });
  } finally {
    await world.stop();
    await folder.remove();
  }
});
