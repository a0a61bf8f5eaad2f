import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';
import { TriggerHost } from './harness/trigger-host';

let engine: RealEngine;
let next = 1000;
beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const someone = (): string => `+1415556${next++}`;
const ran = (resource: string, operation: string, parameters: INodeParameters) =>
  runWorkflow(workflowOf([source([{ json: {} }]), step(resource, operation, parameters)]), engine.bundled);
const run = async (resource: string, operation: string, parameters: INodeParameters): Promise<IDataObject> =>
  jsonOf(await ran(resource, operation, parameters), operation)[0]!;
const takeOver = (to: string, parameters: INodeParameters = {}) =>
  run('chat', 'takeOver', { chatId: byId(to), ...parameters });
const hoursUntil = ({ human_until: until }: IDataObject): number =>
  (Date.parse(String(until)) - Date.now()) / 3_600_000;

it('takes a chat over for as long as it is told, and gives it back', async () => {
  const to = someone();
  expect(hoursUntil(await takeOver(to))).toBeCloseTo(12, 1);
  expect(hoursUntil(await takeOver(to, { howLong: 'hours', hours: 1.5 }))).toBeCloseTo(1.5, 1);
  const soon = '={{ $now.plus({ hours: 3 }) }}';
  expect(hoursUntil(await takeOver(to, { howLong: 'until', until: soon }))).toBeCloseTo(3, 1);
  expect(await takeOver(to, { howLong: 'open' })).toMatchObject({ handled_by: 'human', human_until: null });
  expect(await run('chat', 'giveBack', { chatId: byId(to) })).toMatchObject({ handled_by: 'bot' });
});

it('says what is wrong with the time', async () => {
  const fault = async (parameters: INodeParameters) =>
    cardOf(await ran('chat', 'takeOver', { chatId: byId(someone()), ...parameters })).message;
  expect(await fault({ howLong: 'hours', hours: 0 })).toBe('Hours: "0" is not valid. Use a number above 0.');
  expect(await fault({ howLong: 'until', until: 'later' })).toMatch(/^Until: "later" is not a date and time/);
  expect(await fault({ howLong: 'until', until: '2001-01-01T00:00:00' })).toMatch(
    /^human_until is in the past/,
  );
});

it('makes messages, sequences and campaigns wait, or not be sent', async () => {
  const to = someone();
  await takeOver(to, { howLong: 'open' });
  const text = { to, type: 'text', text: 'Hello' };
  const waits = await run('message', 'send', { ...text, options: { onlyWhileBot: true } });
  expect(waits.waiting_for).toMatchObject({ reason: 'human_has_the_chat' });
  const ends = { options: { cancelOnTakeover: true } };
  expect(cardOf(await ran('message', 'send', { ...text, ...ends })).message).toMatch(
    /is a chat that a person has/,
  );
  const steps = { step: [{ when: 'after', amount: 0, unit: 'days', type: 'text', text: 'Hi' }] };
  const sequence = await run('sequence', 'start', { to, steps, options: { onlyWhileBot: true } });
  expect((sequence.messages as IDataObject[])[0]).toMatchObject({
    waiting_for: { reason: 'human_has_the_chat' },
  });
  const audience = await engine.ask('POST', '/v1/audiences', { name: 'a', contacts: [{ to }] });
  const audienceId = byId(String(audience.id));
  const { id } = await run('campaign', 'create', { name: 'c', audienceId, text: 'Hi', ...ends });
  await until('the contact is left out', async () => {
    return (await engine.ask('GET', `/v1/campaigns/${String(id)}`)).canceled_count === 1;
  });
  await run('chat', 'giveBack', { chatId: byId(to) });
  await until('what waited is sent', async () => {
    const { status } = await engine.ask('GET', `/v1/sequences/${String(sequence.id)}`);
    return status === 'completed' && (await engine.ask('GET', `/v1/messages/${String(waits.id)}`)).sent_at;
  });
});

it('starts no run on what people write while a person has the chat, and runs when it is taken over', async () => {
  const host = new TriggerHost(engine.bundled, {
    ...{ events: ['message.received', 'chat.taken_over', 'chat.given_back'], filters: {} },
    options: { onlyWhileBot: true },
  });
  host.webhookPath = randomUUID();
  await host.listen();
  try {
    await host.activate();
    const to = '+15005550020';
    await engine.ask('POST', '/v1/messages', { type: 'text', to, text: 'Hello' });
    await until('the chat is taken over', () => host.runs.length >= 1);
    await until('they have answered', async () => {
      const { data } = await engine.ask('GET', `/v1/chats/${encodeURIComponent(to)}/messages`);
      return (data as IDataObject[]).some((message) => message.text === 'thank you');
    });
    await run('chat', 'giveBack', { chatId: byId(to) });
    const other = '+15005550004';
    await engine.ask('POST', '/v1/messages', { type: 'text', to: other, text: 'Hello' });
    await until('the bot hears an answer', () => host.runs.length >= 3);
    expect(host.runs.map(({ json }) => [json.event, json.handled_by])).toEqual([
      ['chat.taken_over', 'human'],
      ['chat.given_back', 'bot'],
      ['message.received', 'bot'],
    ]);
    await host.deactivate();
  } finally {
    host.close();
  }
});
