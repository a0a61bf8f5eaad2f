import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { jsonOf, outputOf, source, type Step } from './harness/run-workflow';
import { cardOf, step } from './harness/steps';
import { TalkingEngine } from './harness/talking-engine';
import { WaitingHost } from './harness/waiting-host';

/** What counts as an answer to one question or to several, and whose. */
const ANNA = '+14155551234';
const BEN = '+14155559876';
const GROUP = '120363000000000001@g.us';
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

const approve = (parameters: INodeParameters = {}) =>
  step('message', 'sendAndWait', {
    to: ANNA,
    responseType: 'approval',
    message: 'Refund order 1001?',
    ...parameters,
  });
const run = (id: string, asking: Step, items: IDataObject[] = [{}]) =>
  host.run(id, [source(items.map((json) => ({ json }))), asking]);
const output = async (id: string) => {
  const result = await until(`execution ${id} has ended`, () => host.resultOf(id));
  return jsonOf(result, 'sendAndWait');
};
const about = (message: string) => ({ in_reply_to_message_id: message });
const vote = (from: string, options: string[], more: IDataObject = about('msg_1')) =>
  engine.say(from, { options, text: options[0] ?? null, ...more }, 'poll.voted');
const react = (from: string, emoji: string, more: IDataObject = about('msg_1')) =>
  engine.say(from, { emoji, text: emoji, ...more }, 'message.reaction');

it('asks with a poll of two answers', async () => {
  await run(
    '1',
    approve({ approvalOptions: { values: { approveLabel: 'Do it', disapproveLabel: "Don't" } } }),
  );
  expect(engine.messages).toMatchObject([
    { to: ANNA, type: 'poll', poll: { question: 'Refund order 1001?', options: ['Do it', "Don't"] } },
  ]);
  await vote(ANNA, ["Don't"]);
  expect(await output('1')).toMatchObject([{ approved: false, options: ["Don't"] }]);
});

it('asks with a text if the question is too long for a poll', async () => {
  const message = `Refund order 1001? ${'x'.repeat(240)}`;
  await run('1', approve({ message }));
  expect(engine.messages).toMatchObject([{ type: 'text', text: `${message}\n\n👍 Yes   👎 No` }]);
  await react(ANNA, '👎🏽');
  expect(await output('1')).toMatchObject([{ approved: false, event: 'message.reaction' }]);
});

it('waits on while a vote is taken back, or about something else', async () => {
  await run('1', approve());
  await vote(ANNA, []);
  await react(ANNA, '👍', about('msg_9'));
  await react(ANNA, '');
  expect(host.isWaiting('1')).toBe(true);
  await engine.say(ANNA, { text: 'which one?' });
  expect(await output('1')).toMatchObject([{ approved: false, chatInput: 'which one?' }]);
});

it('counts the last vote if it was changed while n8n was away', async () => {
  await run('1', approve());
  engine.isN8nAway = true;
  await vote(ANNA, ['Yes']);
  await vote(ANNA, ['No']);
  engine.isN8nAway = false;
  await engine.deliverAgain();
  expect(await output('1')).toMatchObject([{ approved: false, options: ['No'] }]);
});

it('takes the vote of the owner who asks themselves, and nothing that they write elsewhere', async () => {
  await run('1', approve());
  const own = { type: 'text', chat_id: '14155551234@c.us', is_group: false };
  const onPhone = (data: IDataObject) => engine.say(ANNA, { ...own, ...data }, 'message.sent_from_phone');
  await onPhone({ text: 'yes', chat_id: '14155559876@c.us' });
  expect(host.isWaiting('1')).toBe(true);
  // WhatsApp may name their own chat by its LID.
  await onPhone({ type: 'poll_vote', options: ['Yes'], chat_id: '77@lid', ...about('msg_1') });
  expect(await output('1')).toMatchObject([{ approved: true }]);
});

it('takes an answer in a group that is about the question, from those who may answer', async () => {
  await run('1', approve({ to: GROUP, options: { answersFrom: ['+1 (415) 555-9876'] } }));
  const [webhook] = [...engine.webhooks.values()];
  expect(webhook!.filter).toEqual({ chat_id: GROUP, reply_only: true });
  const here = { chat_id: GROUP, ...about('msg_1') };
  await vote(ANNA, ['Yes'], here);
  await engine.say(BEN, { text: 'yes', chat_id: GROUP });
  expect(host.isWaiting('1')).toBe(true);
  await engine.say(BEN, { text: 'ok', ...here });
  expect(await output('1')).toMatchObject([{ approved: true, from: BEN }]);
});

it('counts the last vote of a person in a group, also if two of their names were joined since', async () => {
  await run('1', approve({ to: GROUP }));
  const here = { chat_id: GROUP, ...about('msg_1') };
  engine.isN8nAway = true;
  await vote(ANNA, ['Yes'], here);
  await vote(BEN, ['No'], here);
  for (const name of [ANNA, BEN]) engine.people.set(`per_${name}`, 'per_one');
  engine.isN8nAway = false;
  await engine.deliverAgain();
  expect(await output('1')).toMatchObject([{ approved: false }]);
});

it('knows those who may answer under another name', async () => {
  const otherForm = '+5511987650001';
  for (const name of [otherForm, '+551187650001']) engine.people.set(name, 'per_anna');
  await run('1', approve({ to: GROUP, options: { answersFrom: [otherForm] } }));
  await vote('+551187650001', ['Yes'], { chat_id: GROUP, ...about('msg_1') });
  expect(await output('1')).toMatchObject([{ approved: true }]);
});

it('says that an approval that nobody gave is none', async () => {
  const limitWaitTime = { values: { limitType: 'afterTimeInterval', resumeAmount: 2, resumeUnit: 'hours' } };
  await run('1', approve({ options: { limitWaitTime } }));
  expect(jsonOf(await host.timeOut('1'), 'sendAndWait')).toEqual([{ timed_out: true, approved: false }]);
});

const choose = step('message', 'sendAndWait', {
  to: ANNA,
  responseType: 'poll',
  pollQuestion: 'Which day?',
  pollOptions: ['Monday', 'Tuesday'],
});

it.each([
  ['a vote', () => vote(ANNA, ['Tuesday']), { options: ['Tuesday'] }],
  ['words', () => engine.say(ANNA, { text: 'tuesday!' }), { options: ['Tuesday'] }],
  ['something else', () => engine.say(ANNA, { text: 'neither' }), { options: [], text: 'neither' }],
])('outputs the chosen option of a poll after %s', async (_, answer, expected) => {
  await run('1', choose);
  expect(engine.messages).toMatchObject([{ type: 'poll', poll: { options: ['Monday', 'Tuesday'] } }]);
  await answer();
  expect(await output('1')).toMatchObject([expected]);
});

const each = (options: INodeParameters = {}) => approve({ to: '={{ $json.to }}', options });
const people = [{ to: ANNA }, { to: BEN }];

it('waits for everybody, and keeps the answers that come meanwhile', async () => {
  await run('1', each(), people);
  await vote(BEN, ['Yes'], about('msg_2'));
  expect(host.isWaiting('1')).toBe(true);
  await vote(BEN, ['No'], about('msg_2'));
  await react(ANNA, '👍');
  const result = await until('it has ended', () => host.resultOf('1'));
  expect(outputOf(result, 'sendAndWait')).toMatchObject([
    { json: { approved: true, from: ANNA }, pairedItem: { item: 0 } },
    { json: { approved: false, from: BEN }, pairedItem: { item: 1 } },
  ]);
  await until('the webhooks are removed', () => engine.webhooks.size === 0);
});

it('asks again for nothing, but waits on if somebody takes an answer back', async () => {
  await run('1', each(), people);
  await vote(ANNA, ['Yes']);
  await vote(ANNA, []);
  await vote(BEN, ['Yes'], about('msg_2'));
  expect(host.isWaiting('1')).toBe(true);
  await vote(ANNA, ['No']);
  expect(await output('1')).toMatchObject([{ approved: false }, { approved: true }]);
});

it('takes a no in words that follows a yes for a no, and a yes in words that follows a no for nothing', async () => {
  await run('1', each(), [...people, { to: '+14155550003' }]);
  await engine.say(ANNA, { text: 'yes' });
  await engine.say(ANNA, { text: 'no, wait' });
  await vote(BEN, ['No'], about('msg_2'));
  await engine.say(BEN, { text: 'ok' });
  await vote('+14155550003', ['Yes'], about('msg_3'));
  expect(await output('1')).toMatchObject([{ approved: false }, { approved: false }, { approved: true }]);
});

it('continues once if all answers come at the same time after n8n was away', async () => {
  await run('1', each(), people);
  engine.isN8nAway = true;
  await engine.say(ANNA, { text: 'yes' });
  await engine.say(BEN, { text: 'no' });
  engine.isN8nAway = false;
  await engine.deliverAgain();
  expect(await output('1')).toMatchObject([{ approved: true }, { approved: false }]);
});

it('continues with the first answer if that is enough', async () => {
  await run('1', each({ waitFor: 'first' }), people);
  await vote(BEN, ['Yes'], about('msg_2'));
  const result = await until('it has ended', () => host.resultOf('1'));
  expect(jsonOf(result, 'sendAndWait')).toMatchObject([{ approved: true, from: BEN, item_index: 1 }]);
  await until('the webhooks are removed', () => engine.webhooks.size === 0);
});

it.each([
  ['all', 2],
  ['first', 1],
])('says that nobody answered, while waiting for %s', async (waitFor, count) => {
  await run('1', each({ waitFor }), people);
  const late = { timed_out: true, approved: false };
  expect(jsonOf(await host.timeOut('1'), 'sendAndWait')).toEqual(Array.from({ length: count }, () => late));
});

it('continues with the answers there are when the engine says that the time is up', async () => {
  const limitWaitTime = { values: { limitType: 'afterTimeInterval', resumeAmount: 2, resumeUnit: 'hours' } };
  const parked = await run('1', each({ limitWaitTime }), people);
  const [anna, ben] = [...engine.webhooks.values()];
  expect(anna!.events).toContain('webhook.expired');
  // N8n gives an engine that is late a day more.
  expect(parked.waitTill!.getTime() - Date.parse(String(anna!.expires_at))).toBe(24 * 3_600_000);
  engine.isN8nAway = true;
  await engine.say(BEN, { text: 'no' });
  engine.isN8nAway = false;
  Object.assign(ben!, { expires_at: new Date(Date.now() - 3_600_000).toISOString() });
  // Another execution asks, and leaves alone what this one needs.
  await run('2', approve({ to: '+14155550000' }));
  await engine.expire(anna!);
  expect(await output('1')).toMatchObject([{ timed_out: true }, { approved: false, text: 'no' }]);
});

it('asks nobody if one of them cannot be asked', async () => {
  const said = step('message', 'sendAndWait', { to: '={{ $json.to }}', text: '={{ $json.text }}' });
  const texts = [
    { to: ANNA, text: 'fine' },
    { to: BEN, text: 'refused' },
  ];
  expect(cardOf(await run('1', said, texts)).context.itemIndex).toBe(0);
  expect(cardOf(await run('2', each(), [{ to: ANNA }, { to: 'nobody' }])).context.itemIndex).toBe(1);
  expect(engine.messages).toEqual([]);
  expect(engine.webhooks.size).toBe(0);
});

it('asks the others if the node continues on errors', async () => {
  const said = step(
    'message',
    'sendAndWait',
    { to: '={{ $json.to }}', text: '={{ $json.text }}' },
    'continueRegularOutput',
  );
  const texts = [
    { to: ANNA, text: 'refused' },
    { to: BEN, text: 'fine' },
    { to: 'nobody', text: 'fine' },
  ];
  await run('1', said, texts);
  expect(engine.webhooks.size).toBe(1);
  await engine.say(BEN, { text: 'hello' });
  expect(await output('1')).toMatchObject([
    { error: expect.any(String) },
    { text: 'hello' },
    { error: expect.any(String) },
  ]);
});
