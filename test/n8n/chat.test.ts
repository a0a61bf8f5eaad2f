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
