import { randomUUID } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { loadedOptions } from './harness/choices';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);

const WEEKLY = { repeat: 'weekly', weekDays: ['MO', 'TH'], timeOfDay: '9:00' };
const create = (parameters: INodeParameters): Step =>
  step('recurrence', 'create', { to: '+15005550001', text: 'Class today', ...WEEKLY, ...parameters });
const recurrenceId = byId('={{ $json.id }}');

it('makes a recurring message in the workflow’s time zone, and shows the next five moments', async () => {
  const reference = randomUUID();
  const result = await run(
    create({ untilReply: true, options: { reference } }),
    step('recurrence', 'get', { recurrenceId }),
  );
  const [made] = jsonOf(result, 'create');
  expect(made).toMatchObject({
    ...{ status: 'active', rrule: 'FREQ=WEEKLY;BYDAY=MO,TH', timezone: 'Europe/Rome', reference },
    ...{ until_reply: true, text: 'Class today', type: 'text' },
  });
  const weekday = { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Rome' } as const;
  const next = (made!.next as string[]).map((at) => new Date(at).toLocaleString('en-GB', weekday));
  expect(next).toHaveLength(5);
  for (const at of next) expect(at).toMatch(/^(Mon|Thu),? 09:00$/);
  expect(jsonOf(result, 'get')[0]).toMatchObject({ id: made!.id, next: made!.next });
});

it('changes, skips, pauses, resumes, lists and deletes it', async () => {
  const reference = randomUUID();
  const result = await run(
    create({ options: { reference } }),
    step('recurrence', 'skip', { recurrenceId }),
    step('recurrence', 'update', {
      ...{ recurrenceId, text: 'Class at six', changeTimes: true },
      ...{ repeat: 'monthly', monthlyOn: 'weekDay', nth: -1, weekDay: 'FR', timeOfDay: '18:00' },
    }),
    step('recurrence', 'pause', { recurrenceId }),
    step('recurrence', 'resume', { recurrenceId }),
    step('recurrence', 'getAll', { filters: { reference, status: 'active' } }),
    step('recurrence', 'delete', { recurrenceId }),
  );
  const [made] = jsonOf(result, 'create');
  expect(jsonOf(result, 'skip')[0]!.next).toEqual([...(made!.next as string[]).slice(1), expect.any(String)]);
  expect(jsonOf(result, 'update')[0]).toMatchObject({
    text: 'Class at six',
    rrule: 'FREQ=MONTHLY;BYDAY=-1FR',
  });
  expect(jsonOf(result, 'pause')[0]).toMatchObject({ status: 'paused', next: [] });
  expect(jsonOf(result, 'resume')[0]).toMatchObject({ status: 'active' });
  expect(jsonOf(result, 'getAll')).toMatchObject([{ id: made!.id }]);
  expect(jsonOf(result, 'delete')[0]).toEqual({ id: made!.id, deleted: true });
});

it('takes an own rule, and an audience', async () => {
  const audience = await engine.ask('POST', '/v1/audiences', {
    ...{ name: 'class', contacts: [{ to: '+15005550001' }] },
  });
  const rrule = 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1';
  const result = await run(
    create({ sendTo: 'audience', audienceId: byId(String(audience.id)), repeat: 'rrule', rrule }),
  );
  expect(jsonOf(result, 'create')[0]).toMatchObject({ rrule, audience_id: audience.id, to: null });
});

it('previews the moments of the form while it is filled in', async () => {
  const options = (parameters: INodeParameters) =>
    loadedOptions(engine.bundled, 'getNextMoments', { ...WEEKLY, timezone: 'Asia/Tokyo', ...parameters });
  const moments = await options({});
  expect(moments).toHaveLength(5);
  for (const { name } of moments) expect(name).toMatch(/^(Monday|Thursday), \w+ \d+, \d{4}, at 09:00$/);
  // The next one is what the field shows while nothing is chosen.
  expect(moments.map(({ value }) => value === '')).toEqual([true, false, false, false, false]);
  expect(await options({ timeOfDay: 'nine' })).toEqual([
    { name: expect.stringMatching(/^Time of Day/), value: '' },
  ]);
  expect(await options({ timezone: 'Rome' })).toEqual([
    { name: expect.stringMatching(/time zone/), value: '' },
  ]);
  expect(await options({ timeOfDay: '={{ $json.at }}' })).toEqual([
    { name: expect.stringMatching(/when the workflow runs/), value: '' },
  ]);
});

it.each([
  ['no time of day', { timeOfDay: 'nine' }, /^Time of Day: "nine" is not a time/],
  ['half a week', { every: 0.5 }, /^Every: "0.5" is not valid/],
  ['no last day', { ends: 'date', endDate: '={{ "" }}' }, /^Last Day is empty/],
  ['an empty rule', { repeat: 'rrule', rrule: '={{ "" }}' }, /^Rule is empty/],
  [
    'a rule that never fits',
    { repeat: 'rrule', rrule: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30' },
    /rrule never fits/,
  ],
  ['no text', { text: '={{ "" }}' }, /^text/],
])('says what is wrong: %s', async (_, parameters, message) => {
  expect(cardOf(await run(create(parameters as INodeParameters))).message).toMatch(message);
});
