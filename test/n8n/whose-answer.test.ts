import { TalkingEngine } from './harness/talking-engine';
import { until } from './harness/real-engine';
import { jsonOf, source } from './harness/run-workflow';
import { step } from './harness/steps';
import { WaitingHost } from './harness/waiting-host';

/** Several executions that wait for one person: which of them an answer is for. */
const ANNA = '+14155551234';
const BEN = '+14155559876';
let engine: TalkingEngine;
let host: WaitingHost;

beforeEach(async () => {
  engine = new TalkingEngine();
  await engine.listen();
  host = new WaitingHost(engine.credential);
  await host.listen();
});
afterEach(() => {
  host.close();
  engine.close();
});

async function ask(executionId: string, to = ANNA): Promise<void> {
  const text = `Question ${executionId}`;
  await host.run(executionId, [source([{ json: {} }]), step('message', 'sendAndWait', { to, text })]);
}

const answerOf = (executionId: string) => {
  const result = host.resultOf(executionId);
  return result && jsonOf(result, 'sendAndWait')[0]?.text;
};
const answers = (...ids: string[]) => ids.map(answerOf);
const answered = (id: string) => until(() => answerOf(id));

test('answers that quote nothing are for the questions in their order', async () => {
  for (const id of ['1', '2', '3']) await ask(id);
  for (const text of ['first', 'second', 'third']) await engine.say(ANNA, { text });
  await answered('3');
  expect(answers('1', '2', '3')).toEqual(['first', 'second', 'third']);
  await until(() => engine.webhooks.size === 0);
});

test('an answer that quotes a question is for that one, and leaves the order of the others', async () => {
  for (const id of ['1', '2', '3']) await ask(id);
  await engine.say(ANNA, { text: 'to the second', in_reply_to_message_id: 'msg_2' });
  await answered('2');
  expect(answers('1', '2', '3')).toEqual([undefined, 'to the second', undefined]);
  await engine.say(ANNA, { text: 'first' });
  await engine.say(ANNA, { text: 'third' });
  await answered('3');
  expect(answers('1', '3')).toEqual(['first', 'third']);
});

test('a quote of something that nobody waits for is an answer like any other', async () => {
  await ask('1');
  await ask('2');
  await engine.say(ANNA, { text: 'about that', in_reply_to_message_id: 'msg_old' });
  await answered('1');
  expect(answers('1', '2')).toEqual(['about that', undefined]);
});

test('what another person says is no answer, nor what is said in a group', async () => {
  await ask('1');
  await ask('2', BEN);
  await engine.say(ANNA, { text: 'in the group', is_group: true });
  await engine.say(BEN, { text: 'from Ben' });
  await answered('2');
  expect(answers('1', '2')).toEqual([undefined, 'from Ben']);
});

test('a vote in another poll, or one that was taken back, is no answer', async () => {
  await ask('1');
  await engine.say(ANNA, { options: ['Yes'], in_reply_to_message_id: 'msg_9' }, 'poll.voted');
  await engine.say(ANNA, { options: [], in_reply_to_message_id: 'msg_1' }, 'poll.voted');
  expect(host.isWaiting('1')).toBe(true);
  await engine.say(ANNA, { options: ['No'], text: 'No', in_reply_to_message_id: 'msg_1' }, 'poll.voted');
  expect(await answered('1')).toBe('No');
});

test('an execution that was stopped takes nothing from the others', async () => {
  await ask('1');
  await ask('2');
  host.stop('1');
  await engine.say(ANNA, { text: 'for the second' });
  expect(await answered('2')).toBe('for the second');
});

test('a second answer of one moment is not taken for the same question again', async () => {
  await ask('1');
  await ask('2');
  await Promise.all([
    engine.say(ANNA, { text: 'one', in_reply_to_message_id: 'msg_1' }),
    engine.say(ANNA, { text: 'two', in_reply_to_message_id: 'msg_2' }),
  ]);
  await answered('1');
  await answered('2');
  expect(answers('1', '2')).toEqual(['one', 'two']);
});

test('an answer that was noted is taken when the engine brings it again, and no other', async () => {
  await ask('1');
  const [webhook] = [...engine.webhooks.values()];
  // n8n stopped after it had noted the answer and before it could go on.
  webhook!.description = 'n8n send-and-wait message=msg_1 answer=evt_noted';
  await engine.say(ANNA, { text: 'another' });
  expect(host.isWaiting('1')).toBe(true);
  await engine.say(ANNA, { text: 'the noted one' }, 'message.received', 'evt_noted');
  expect(await answered('1')).toBe('the noted one');
});

test('a new question tidies up what ran out of time, and wakes what n8n was away for', async () => {
  for (const id of ['1', '2', '3']) await ask(id);
  const [expired, asleep, forgotten] = [...engine.webhooks.values()];
  Object.assign(expired!, { expires_at: new Date(1).toISOString() });
  const failed = { status: 'disabled', disabled_by: 'failures' };
  Object.assign(asleep!, { ...failed, created_at: new Date().toISOString() });
  Object.assign(forgotten!, failed);
  await ask('4', BEN);
  expect([...engine.webhooks.values()].map(({ id, status }) => [id, status])).toEqual([
    ['wh_2', 'enabled'],
    ['wh_4', 'enabled'],
  ]);
});
