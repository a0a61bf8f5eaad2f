import type { INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { choices } from './harness/choices';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

const ANSWERS = '+15005550004';
const CHAT = '15005550004@c.us';
const GROUP = '120363000000000001@g.us';
let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
  await engine.ask('POST', '/v1/messages', { type: 'text', to: GROUP, text: 'Hello all' });
  await engine.ask('POST', '/v1/messages', { type: 'text', to: ANSWERS, text: 'See you at nine' });
  await until('both chats are there, and one is unread', async () => {
    const { data } = await engine.ask('GET', '/v1/chats');
    const chats = data as { id: string; unread_count: number }[];
    return chats.length === 2 && chats.some(({ id, unread_count: unread }) => id === CHAT && unread === 1);
  });
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);
const read = async (operation: string, parameters: INodeParameters) =>
  jsonOf(await run(step('chat', operation, parameters)), operation);

it('offers the chats by name and number, and finds one by either', async () => {
  const { results } = await choices(engine.bundled, 'searchChats');
  const anna = { name: `Sandbox recipient · ${ANSWERS} · 1 unread`, value: CHAT };
  expect(results).toHaveLength(2);
  expect(results).toEqual(expect.arrayContaining([anna, expect.objectContaining({ value: GROUP })]));
  for (const filter of ['sandbox REC', '555-0004'])
    expect(await choices(engine.bundled, 'searchChats', { filter })).toEqual({ results: [anna] });
});

it('lists the chats, and reads one of them', async () => {
  expect(await read('getAll', { filters: { filter: 'groups' } })).toMatchObject([{ id: GROUP }]);
  expect(await read('getAll', { filters: { q: 'recipient' } })).toMatchObject([{ id: CHAT }]);
  for (const chatId of [byId(ANSWERS), byId(CHAT), CHAT])
    expect(await read('get', { chatId })).toMatchObject([{ id: CHAT, unread_count: 1 }]);
});

it('reads the messages of a chat, all or those that the filters leave', async () => {
  const messages = async (filters: INodeParameters) =>
    (await read('getMessages', { chatId: byId(CHAT), filters })).map(({ text }) => text);
  expect(await messages({})).toEqual(['yes', 'See you at nine']);
  expect(await messages({ order: 'asc' })).toEqual(['See you at nine', 'yes']);
  expect(await messages({ q: 'NINE' })).toEqual(['See you at nine']);
  expect(await messages({ direction: 'in' })).toEqual(['yes']);
  expect(await messages({ messageTypes: ['image', 'chat'], direction: 'out' })).toEqual(['See you at nine']);
  expect(await messages({ messageTypes: ['image'] })).toEqual([]);
  expect(await messages({ before: '2026-01-01T00:00:00' })).toEqual([]);
  expect(await messages({ after: '={{ $now.minus({ hours: 1 }) }}' })).toHaveLength(2);
});

it('marks a chat as read', async () => {
  expect(await read('markRead', { chatId: byId(ANSWERS) })).toEqual([{ chat: ANSWERS, ok: true }]);
  expect(await read('get', { chatId: byId(ANSWERS) })).toMatchObject([{ unread_count: 0 }]);
});

it('shows typing or recording, and goes on at once', async () => {
  const chatId = byId(CHAT);
  expect(await read('showTyping', { chatId })).toEqual([{ chat: CHAT, ok: true }]);
  expect(await read('showTyping', { chatId, kind: 'voice', seconds: '={{ 2 }}' })).toMatchObject([
    { ok: true },
  ]);
  const tooLong = cardOf(await run(step('chat', 'showTyping', { chatId, seconds: 60 })));
  expect(tooLong.message).toMatch(/^seconds must be at most 25/);
});

describe('a message in the chat', () => {
  const act = async (operation: string, parameters: INodeParameters) =>
    jsonOf(await run(step('message', operation, parameters)), operation);
  const fault = async (operation: string, parameters: INodeParameters) =>
    cardOf(await run(step('message', operation, parameters))).message;
  let received: string;
  let sent: { key: string; message_id: string };
  beforeAll(async () => {
    const { data } = await engine.ask('GET', `/v1/chats/${CHAT}/messages`);
    const [reply, message] = data as { key: string; message_id: string }[];
    received = reply!.key;
    sent = message!;
  });

  it('gets a reaction, by key or by ID, and loses it', async () => {
    expect(await act('react', { messageId: byId(received), emoji: '🎉' })).toEqual([
      { emoji: '🎉', ok: true },
    ]);
    expect(await act('react', { messageId: byId(sent.message_id), emoji: '' })).toEqual([
      { emoji: '', ok: true },
    ]);
    expect(await fault('react', { messageId: received, emoji: 'yes' })).toMatch(/^emoji is not an emoji/);
  });

  it('is pinned, edited, forwarded and deleted for everyone', async () => {
    const messageId = byId(sent.key);
    expect(await act('pin', { messageId, duration: 86_400 })).toMatchObject([
      { pinned_until: expect.any(String) },
    ]);
    expect(await act('edit', { messageId, text: 'At ten' })).toMatchObject([
      { key: sent.key, text: 'At ten' },
    ]);
    const options = { sendAt: '={{ $now.plus({ days: 1 }) }}', reference: 'copy' };
    expect(await act('forward', { messageId, to: '+15005550001', options })).toMatchObject([
      { text: 'At ten', forwarded: true, status: 'scheduled', reference: 'copy' },
    ]);
    expect(await act('revoke', { messageId })).toEqual([{ key: sent.key, revoked: true }]);
  });

  it('says what is wrong, and continues with the others if told to', async () => {
    expect(await fault('edit', { messageId: byId(received), text: 'x' })).toMatch(
      /somebody else wrote this one/,
    );
    expect(await fault('edit', { messageId: byId(received), text: '={{ "" }}' })).toMatch(
      /^New Text is empty/,
    );
    expect(await fault('revoke', { messageId: '={{ $json.nothing }}' })).toMatch(
      /^Message: no message is chosen/,
    );
    const items = source(['msg_1', received].map((key) => ({ json: { key } })));
    const react = step('message', 'react', { messageId: '={{ $json.key }}' }, 'continueRegularOutput');
    const output = outputOf(await runWorkflow(workflowOf([items, react]), engine.bundled), 'react');
    expect(output).toMatchObject([
      { json: { error: expect.stringMatching(/No message/) }, pairedItem: { item: 0 } },
      { json: { ok: true }, pairedItem: { item: 1 } },
    ]);
  });
});

it('says what is wrong', async () => {
  const fault = async (parameters: INodeParameters) =>
    cardOf(await run(step('chat', 'getMessages', { chatId: byId(CHAT), ...parameters })));
  expect((await fault({ chatId: '={{ $json.chat_id }}' })).message).toMatch(/^Chat: no chat is chosen\./);
  expect((await fault({ chatId: byId('12') })).message).toMatch(/^chat_id /);
  expect((await fault({ filters: { before: 'noon' } })).message).toMatch(
    /^Before: "noon" is not a date and time\./,
  );
});

it('continues with the other chats if told to', async () => {
  const items = source(['+14155550002', ANSWERS].map((phone) => ({ json: { phone } })));
  const markRead = step('chat', 'markRead', { chatId: '={{ $json.phone }}' }, 'continueRegularOutput');
  const output = outputOf(await runWorkflow(workflowOf([items, markRead]), engine.bundled), 'markRead');
  expect(output).toMatchObject([
    { json: { error: expect.stringMatching(/No chat/) }, pairedItem: { item: 0 } },
    { json: { chat: ANSWERS, ok: true }, pairedItem: { item: 1 } },
  ]);
});
