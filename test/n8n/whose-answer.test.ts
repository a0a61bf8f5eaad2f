import { until } from '../support/engine/until';
import { TalkingEngine } from './harness/talking-engine';
import { jsonOf, source } from './harness/run-workflow';
import { step } from './harness/steps';
import { WaitingHost } from './harness/waiting-host';

/** Which of several executions that wait for one person gets an answer. */
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
const answered = (id: string) => until(`question ${id} is answered`, () => answerOf(id));

it('gives answers without a quote to the questions in order', async () => {
  for (const id of ['1', '2', '3']) await ask(id);
  for (const text of ['first', 'second', 'third']) await engine.say(ANNA, { text });
  await answered('3');
  expect(answers('1', '2', '3')).toEqual(['first', 'second', 'third']);
  await until('the webhooks are removed', () => engine.webhooks.size === 0);
});

it('gives an answer to the question it quotes and keeps the order of the others', async () => {
  for (const id of ['1', '2', '3']) await ask(id);
  await engine.say(ANNA, { text: 'to the second', in_reply_to_message_id: 'msg_2' });
  await answered('2');
  expect(answers('1', '2', '3')).toEqual([undefined, 'to the second', undefined]);
  await engine.say(ANNA, { text: 'first' });
  await engine.say(ANNA, { text: 'third' });
  await answered('3');
  expect(answers('1', '3')).toEqual(['first', 'third']);
});

it('gives the answers of one person, asked under two names, to the questions in order', async () => {
  const [number, otherForm] = ['+5511987650001', '+551187650001'];
  for (const name of [number, otherForm]) engine.people.set(name, 'per_anna');
  await ask('1', number);
  await ask('2', otherForm);
  await engine.say(otherForm, { text: 'first' });
  await answered('1');
  expect(answers('1', '2')).toEqual(['first', undefined]);
  await engine.say(number, { text: 'second' });
  expect(await answered('2')).toBe('second');
  await until('the webhooks are removed', () => engine.webhooks.size === 0);
});

it('takes nothing that somebody wrote before the question was sent', async () => {
  await ask('1');
  Object.assign(engine.messages[0]!, { attempts: 0, sent_at: null });
  await engine.say(ANNA, { text: 'ok' });
  Object.assign(engine.messages[0]!, { attempts: 1, sent_at: new Date(Date.now() + 60_000).toISOString() });
  await engine.say(ANNA, { text: 'still before' });
  Object.assign(engine.messages[0]!, { sent_at: new Date().toISOString() });
  await engine.say(ANNA, { text: 'yes' });
  expect(await answered('1')).toBe('yes');
});

it('treats a quote of another message like any answer', async () => {
  await ask('1');
  await ask('2');
  await engine.say(ANNA, { text: 'about that', in_reply_to_message_id: 'msg_old' });
  await answered('1');
  expect(answers('1', '2')).toEqual(['about that', undefined]);
});

it('ignores other people and groups', async () => {
  await ask('1');
  await ask('2', BEN);
  await engine.say(ANNA, { text: 'in the group', is_group: true });
  await engine.say(BEN, { text: 'from Ben' });
  await answered('2');
  expect(answers('1', '2')).toEqual([undefined, 'from Ben']);
});

it('ignores a vote in another poll and a vote that was taken back', async () => {
  await ask('1');
  await engine.say(ANNA, { options: ['Yes'], in_reply_to_message_id: 'msg_9' }, 'poll.voted');
  await engine.say(ANNA, { options: [], in_reply_to_message_id: 'msg_1' }, 'poll.voted');
  expect(host.isWaiting('1')).toBe(true);
  await engine.say(ANNA, { options: ['No'], text: 'No', in_reply_to_message_id: 'msg_1' }, 'poll.voted');
  expect(await answered('1')).toBe('No');
});

it('skips an execution that was stopped', async () => {
  await ask('1');
  await ask('2');
  host.stop('1');
  await engine.say(ANNA, { text: 'for the second' });
  expect(await answered('2')).toBe('for the second');
});

it('gives two answers that arrive together to one question each', async () => {
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

it('accepts only the noted answer when the engine delivers it again', async () => {
  await ask('1');
  const [webhook] = [...engine.webhooks.values()];
  // n8n stopped after it noted the answer, before the execution could continue.
  webhook!.description = 'n8n send-and-wait message=msg_1 answer=evt_noted';
  await engine.say(ANNA, { text: 'another' });
  expect(host.isWaiting('1')).toBe(true);
  await engine.say(ANNA, { text: 'the noted one' }, 'message.received', 'evt_noted');
  expect(await answered('1')).toBe('the noted one');
});

it('removes expired waits and wakes sleeping ones when it asks again', async () => {
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
