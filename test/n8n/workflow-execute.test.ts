import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';

/** n8n's own workflow engine runs the node against the real engine that its credential starts. */
let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const DELIVERED = '+15005550001';

function message(operation: string, parameters: INodeParameters, onError?: Step['onError']): Step {
  return {
    name: operation,
    type: 'blueticks',
    parameters: { resource: 'message', operation, ...parameters },
    onError,
  };
}

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);
const byId = (value: string) => ({ messageId: { __rl: true, mode: 'id', value } });
const tomorrow =
  '={{ $now.plus({ days: 1 }).set({ hour: 9, minute: 0, second: 0, millisecond: 0 }).toFormat("yyyy-MM-dd\'T\'HH:mm:ss") }}';

/** Messages with this reference, as the engine itself lists them. */
async function listed(reference: string): Promise<IDataObject[]> {
  const page = await engine.ask('GET', `/v1/scheduled-messages?reference=${reference}&limit=200`);
  return page.data as IDataObject[];
}

it('schedules, edits, gets and cancels a message', async () => {
  const reference = randomUUID();
  const result = await run(
    message('schedule', {
      to: '+1 (500) 555-0001',
      text: 'See you tomorrow',
      sendAt: tomorrow,
      options: {
        reference,
        sendWindow: { window: { start: '09:00', end: '20:00', timezone: '', days: [1, 2, 3, 4, 5, 6, 7] } },
        priority: 'high',
        cancelOnReply: true,
        expiresAt: '={{ $now.plus({ days: 3 }) }}',
      },
    }),
    message('update', { ...byId('={{ $json.id }}'), text: 'See you on Friday' }),
    message('get', byId('={{ $json.id }}')),
    message('cancel', byId('={{ $json.id }}')),
  );
  const [scheduled] = jsonOf(result, 'schedule');
  expect(scheduled).toMatchObject({
    to: DELIVERED,
    text: 'See you tomorrow',
    status: 'scheduled',
    reference,
  });
  // 9 o'clock in Rome, the workflow's time zone.
  const hour = new Date(String(scheduled!.send_at)).toLocaleTimeString('en-GB', { timeZone: 'Europe/Rome' });
  expect(hour).toBe('09:00:00');
  expect(scheduled!.expires_at).toBeTruthy();
  expect(jsonOf(result, 'get')[0]).toMatchObject({ id: scheduled!.id, text: 'See you on Friday' });
  expect(outputOf(result, 'cancel')[0]).toMatchObject({
    json: { id: scheduled!.id, status: 'canceled' },
    pairedItem: { item: 0 },
  });
  expect((await engine.ask('GET', `/v1/scheduled-messages/${String(scheduled!.id)}`)).status).toBe(
    'canceled',
  );
});

it('sends a text', async () => {
  const result = await run(message('send', { to: DELIVERED, text: 'Now' }));
  const id = String(jsonOf(result, 'send')[0]!.id);
  const done = await until('the message is read', async () => {
    const current = await engine.ask('GET', `/v1/scheduled-messages/${id}`);
    return current.status === 'read' ? current : undefined;
  });
  expect(done).toMatchObject({ text: 'Now', failure_reason: null });
});

it('sends a file from the input, and a poll', async () => {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const item = { json: {}, binary: { photo: { data: png, mimeType: 'image/png', fileName: 'dot.png' } } };
  const media = message('send', {
    to: DELIVERED,
    type: 'media',
    mediaSource: 'binary',
    binaryPropertyName: 'photo',
    text: 'A dot',
  });
  const sent = await runWorkflow(workflowOf([source([item]), media]), engine.bundled);
  expect(jsonOf(sent, 'send')[0]).toMatchObject({ media_kind: 'image', media_caption: 'A dot' });

  const poll = message('send', {
    to: DELIVERED,
    type: 'poll',
    pollQuestion: 'Does 3 pm suit you?',
    pollOptions: ['Yes', 'No'],
  });
  expect(jsonOf(await run(poll), 'send')[0]).toMatchObject({
    type: 'poll',
    poll_question: 'Does 3 pm suit you?',
  });
});

it('sends a location, and schedules a contact and changes it', async () => {
  const place = { type: 'location', latitude: '={{ 0 }}', longitude: '-12.5', locationName: 'Office' };
  expect(jsonOf(await run(message('send', { to: DELIVERED, ...place })), 'send')[0]).toMatchObject({
    type: 'location',
    location: { latitude: 0, longitude: -12.5, name: 'Office', address: null },
  });

  const card = { type: 'contact', contactName: 'Ada', contactPhones: ['+1 415 555 1234'] };
  const result = await run(
    message('schedule', { to: DELIVERED, ...card, sendAt: tomorrow }),
    message('update', {
      messageId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
      ...{ ...card, contactName: 'Bob', contactOrganization: 'Engines' },
    }),
  );
  expect(jsonOf(result, 'schedule')[0]).toMatchObject({
    contact: { name: 'Ada', phones: ['+14155551234'], organization: null },
  });
  expect(jsonOf(result, 'update')[0]).toMatchObject({
    contact: { name: 'Bob', phones: ['+14155551234'], organization: 'Engines' },
  });
});

it.each([
  [{ latitude: '41,9', longitude: '12' }, /^Latitude: "41,9" is not a number\. .*decimal point/],
  [{ latitude: '91', longitude: '12' }, /^location\.latitude must be at most 90/],
  [{ latitude: '41.9', longitude: "={{ '' }}" }, /^location\.longitude is required/],
])('refuses the location %p', async (place, expected) => {
  const result = await run(message('send', { to: DELIVERED, type: 'location', ...place }));
  expect(result.data.resultData.error?.message).toMatch(expected);
});

it('cancels all that match, and lists with filters and a limit', async () => {
  const reference = randomUUID();
  const items = [1, 2, 3].map((number) => ({ json: { text: `Reminder ${number}` } }));
  const schedule = message('schedule', {
    to: DELIVERED,
    text: '={{ $json.text }}',
    sendAt: tomorrow,
    options: { reference },
  });
  await runWorkflow(workflowOf([source(items), schedule]), engine.bundled);

  const two = await run(message('getAll', { limit: 2, filters: { reference, status: 'scheduled' } }));
  expect(jsonOf(two, 'getAll').map(({ text }) => text)).toEqual(['Reminder 3', 'Reminder 2']);
  const all = await run(message('getAll', { returnAll: true, filters: { reference } }));
  expect(jsonOf(all, 'getAll')).toHaveLength(3);

  const canceled = await run(message('cancelMany', { reference }));
  expect(jsonOf(canceled, 'cancelMany')[0]).toMatchObject({ canceled: 3 });
  expect((await listed(reference)).map(({ status }) => status)).toEqual(['canceled', 'canceled', 'canceled']);
});

it('accepts a number as a reference', async () => {
  const number = Date.now();
  const send = (reference: string) =>
    message('send', { to: DELIVERED, text: 'Order', options: { reference } });
  const items = [{ json: { order: number } }];
  const result = await runWorkflow(workflowOf([source(items), send('={{ $json.order }}')]), engine.bundled);
  expect(jsonOf(result, 'send')[0]).toMatchObject({ reference: String(number) });
});

it.each([26, '26', '={{ 13 * 2 }}'])('says for how long to show "typing…": %j', async (typingSeconds) => {
  const options = { typingSeconds };
  const result = await run(message('send', { to: DELIVERED, text: 'x', options }));
  expect(result.data.resultData.error?.message).toMatch(/^typing_seconds must be at most 25/);
});

it('cancels nothing if the expression of a filter returns nothing', async () => {
  const reference = randomUUID();
  const kept = message('schedule', { to: DELIVERED, text: 'Stay', sendAt: tomorrow, options: { reference } });
  const result = await run(
    kept,
    message('cancelMany', { to: DELIVERED, reference: '={{ $json.no_such_field }}' }),
  );
  expect(result.data.resultData.error?.message).toMatch(/the expression returned nothing/);
  expect((await listed(reference))[0]).toMatchObject({ status: 'scheduled' });
});

it.each([
  ['send', { text: '={{ $json.address }}' }, /^Text: the expression returns an object.*: street, city\.$/],
  ['send', { text: '={{ [1, 2] }}' }, /^Text: the expression returns a list/],
  ['send', { text: '={{ 1 === 1 }}' }, /^Text: the expression returns true/],
  ['send', { to: '={{ $json.address }}', text: 'x' }, /^To: the expression returns an object/],
  ['send', { text: 'x', options: { idempotencyKey: '={{ $json.address }}' } }, /^Idempotency Key: the expr/],
  ['send', { text: 'x', options: { reference: '={{ $json.address }}' } }, /^reference must be a string/],
  [
    'send',
    { type: 'poll', pollQuestion: 'Q', pollOptions: ['a', '={{ $json.address }}'] },
    /^Answers: the expression returns an object/,
  ],
  [
    'send',
    { type: 'media', mediaSource: 'url', mediaUrl: '={{ $json.address }}' },
    /^Media Address: the expression returns an object/,
  ],
])('%s never turns an object into text: %p', async (operation, parameters, expected) => {
  const items = [{ json: { address: { street: 'Via Roma 1', city: 'Rome' } } }];
  const step = message(operation, { to: DELIVERED, ...parameters } as INodeParameters);
  const result = await runWorkflow(workflowOf([source(items), step]), engine.bundled);
  expect(result.data.resultData.error?.message).toMatch(expected);
});

it('shows the error message of the engine', async () => {
  const result = await run(message('send', { to: '+1500', text: 'Hello' }));
  const error = result.data.resultData.error as unknown as IDataObject;
  expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '400' });
  expect(String(error.message)).toMatch(/^to /);
});

it.each([
  ['schedule', { to: DELIVERED, text: 'x', sendAt: 'next Tuesday' }, /Send At: "next Tuesday" is not a date/],
  ['update', byId('msg_1'), /There is nothing to change/],
  ['get', byId('={{ $json.no_such_field }}'), /no message is chosen/],
  ['cancelMany', {}, /Fill in at least one field/],
])('%s says what is missing', async (operation, parameters, expected) => {
  const result = await run(message(operation, parameters as INodeParameters));
  expect(result.data.resultData.error?.message).toMatch(expected);
});

it('continues after an item that fails, and pairs each output with its input', async () => {
  const items = [{ json: { to: DELIVERED } }, { json: { to: '12' } }, { json: { to: DELIVERED } }];
  const send = message('send', { to: '={{ $json.to }}', text: 'Hi' }, 'continueRegularOutput');
  const result = await runWorkflow(workflowOf([source(items), send]), engine.bundled);
  const output = outputOf(result, 'send');
  expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
  expect(output[1]!.json).toMatchObject({ error: expect.stringMatching(/^to /) });
  expect(output[2]!.json).toMatchObject({ to: DELIVERED });
});

it('sends each message only once if the execution is retried', async () => {
  const reference = randomUUID();
  const items = [{ json: { to: DELIVERED } }, { json: { to: '12' } }];
  const send = (to: string) => message('send', { to, text: 'Once', options: { reference } });
  const failed = await runWorkflow(workflowOf([source(items), send('={{ $json.to }}')]), engine.bundled);
  expect(failed.data.resultData.error).toBeDefined();
  const [first] = await listed(reference);

  const fixed = workflowOf([source(items), send(`={{ $json.to === '12' ? '${DELIVERED}' : $json.to }}`)]);
  const retried = await runWorkflow(fixed, engine.bundled, { retryOf: failed });
  const output = jsonOf(retried, 'send');
  expect(output).toHaveLength(2);
  expect(output[0]!.id).toBe(first!.id);
  expect(await listed(reference)).toHaveLength(2);
});

it('sends in each turn of a loop, and in each execution', async () => {
  const reference = randomUUID();
  const steps: Step[] = [
    source([{ json: {} }]),
    message('send', { to: DELIVERED, text: 'Again', options: { reference } }),
    { name: 'Again', type: 'again', parameters: { turns: 2 } },
  ];
  const workflow = workflowOf(steps, { from: 'Again', to: 'send' });
  const result = await runWorkflow(workflow, engine.bundled);
  expect(result.data.resultData.error).toBeUndefined();
  expect(await listed(reference)).toHaveLength(3);
  await runWorkflow(workflow, engine.bundled);
  expect(await listed(reference)).toHaveLength(6);
});

it('sends one message for two with the same idempotency key', async () => {
  const options = { reference: randomUUID(), idempotencyKey: randomUUID() };
  const send = message('send', { to: DELIVERED, text: 'One', options });
  const [first, second] = [await run(send), await run(send)];
  expect(jsonOf(second, 'send')[0]!.id).toBe(jsonOf(first, 'send')[0]!.id);
  const other = await run(message('send', { to: DELIVERED, text: 'Two', options }));
  expect(other.data.resultData.error?.description).toContain('Use a different key');
});

it('works with the URL and a key of the engine', async () => {
  const workflow = workflowOf([source([{ json: {} }]), message('send', { to: DELIVERED, text: 'By URL' })]);
  const result = await runWorkflow(workflow, engine.byUrl);
  expect(jsonOf(result, 'send')[0]).toMatchObject({ text: 'By URL' });
});
