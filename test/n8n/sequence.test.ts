import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);

const WELCOME = { when: 'after', amount: 0, unit: 'days', type: 'text', text: 'Welcome!' };
const TIP = { when: 'after', amount: 2, unit: 'days', localTime: '09:30', type: 'text', text: 'A tip' };
const POLL = { amount: 1, unit: 'weeks', type: 'poll', pollQuestion: 'Happy?', pollOptions: ['Yes', 'No'] };

const start = (parameters: INodeParameters): Step =>
  step('sequence', 'start', { to: '+15005550001', steps: { step: [WELCOME, TIP, POLL] }, ...parameters });

/** The time of day in Rome, the workflow's time zone. */
const inRome = (value: unknown) =>
  new Date(String(value)).toLocaleTimeString('en-GB', { timeZone: 'Europe/Rome' });

it('starts a sequence in the workflow’s time zone, reads it, and stops it', async () => {
  const reference = randomUUID();
  const result = await run(
    start({ options: { reference } }),
    step('sequence', 'get', { sequenceId: byId('={{ $json.id }}') }),
    step('sequence', 'stop', { sequenceId: byId('={{ $json.id }}') }),
  );
  const [sequence] = jsonOf(result, 'start');
  expect(sequence).toMatchObject({
    status: 'active',
    reference,
    timezone: 'Europe/Rome',
    stop_on_reply: true,
  });
  const [welcome, tip, poll] = sequence!.messages as IDataObject[];
  expect(welcome).toMatchObject({ text: 'Welcome!', step: 1 });
  expect(inRome(tip!.send_at)).toBe('09:30:00');
  expect(poll).toMatchObject({ type: 'poll', poll_question: 'Happy?' });
  expect(jsonOf(result, 'get')[0]).toMatchObject({ id: sequence!.id });
  expect(jsonOf(result, 'stop')[0]).toMatchObject({ id: sequence!.id, status: 'canceled' });
});

it('cancels the remaining steps on a reply', async () => {
  const result = await run(start({ to: '+15005550004' }));
  const { id } = jsonOf(result, 'start')[0]!;
  const stopped = await until('the sequence has stopped', async () => {
    const current = await engine.ask('GET', `/v1/sequences/${String(id)}`);
    return current.status === 'stopped_by_reply' ? current : undefined;
  });
  expect((stopped.messages as IDataObject[]).map(({ status }) => status).slice(1)).toEqual([
    'canceled',
    'canceled',
  ]);
});

it('stops all that match, and lists by status', async () => {
  const reference = randomUUID();
  await run(start({ options: { reference } }));
  const listed = await run(
    step('sequence', 'getAll', { filters: { reference, status: 'active' } }),
    step('sequence', 'stop', { stopBy: 'match', reference }),
  );
  expect(jsonOf(listed, 'getAll')).toHaveLength(1);
  expect(jsonOf(listed, 'stop')[0]).toMatchObject({ canceled: 1 });
  const after = await run(step('sequence', 'getAll', { filters: { reference, status: 'active' } }));
  expect(jsonOf(after, 'getAll')).toEqual([]);
});

it('sends a step at a date and time, and media with a caption', async () => {
  const at = '={{ $now.plus({ days: 3 }).set({ hour: 18, minute: 0, second: 0, millisecond: 0 }) }}';
  const mediaUrl = 'https://example.com/a.png';
  const result = await run(
    start({ steps: { step: [{ when: 'at', at, type: 'media', mediaUrl, text: 'Look' }] } }),
  );
  const [message] = jsonOf(result, 'start')[0]!.messages as IDataObject[];
  expect(message).toMatchObject({ type: 'media', media_url: mediaUrl, status: 'scheduled' });
  expect(inRome(message!.send_at)).toBe('18:00:00');
});

it('starts a sequence only once if the execution is retried', async () => {
  const reference = randomUUID();
  const broken = step('contact', 'checkNumber', { phone: '={{ "" }}' });
  const steps = (last: Step) => [source([{ json: {} }]), start({ options: { reference } }), last];
  const failed = await runWorkflow(workflowOf(steps(broken)), engine.bundled);
  expect(failed.data.resultData.error).toBeDefined();
  failed.data.resultData.lastNodeExecuted = 'start';
  failed.data.executionData!.nodeExecutionStack = [
    { node: workflowOf(steps(broken)).getNode('start')!, data: { main: [[{ json: {} }]] }, source: null },
  ];
  await runWorkflow(workflowOf(steps(broken)), engine.bundled, { retryOf: failed });
  const page = await engine.ask('GET', `/v1/sequences?reference=${reference}`);
  expect(page.data).toHaveLength(1);
});

it.each([
  ['no step', { steps: {} }, /^Steps is empty/],
  ['half a day', { steps: { step: [{ ...TIP, amount: 0.5 }] } }, /^Step 1, Amount: 0.5 days is not/],
  ['no time', { steps: { step: [WELCOME, { ...TIP, when: 'at', at: 'soon' }] } }, /^Step 2, Date and Time/],
  ['no text', { steps: { step: [{ ...WELCOME, text: '' }] } }, /^steps\.0\.text must not be empty/],
])('says what is wrong: %s', async (_, parameters, message) => {
  expect(cardOf(await run(start(parameters as INodeParameters))).message).toMatch(message);
});

it('stops nothing if an expression returns nothing', async () => {
  const stop = step('sequence', 'stop', {
    stopBy: 'match',
    to: '+15005550001',
    reference: '={{ $json.no }}',
  });
  expect(cardOf(await run(stop)).message).toMatch(/the expression returned nothing/);
  const none = step('sequence', 'stop', { stopBy: 'match' });
  expect(cardOf(await run(none)).message).toMatch(/Fill in Reference, To, or both/);
});
