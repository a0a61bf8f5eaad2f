import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { DateTime } from 'luxon';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, step } from './harness/steps';

/** The time zone of the tests' workflows. */
const ROME = 'Europe/Rome';

let engine: RealEngine;
beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);
/** The output of a step that runs alone. */
async function outputOf(operation: string, parameters: INodeParameters): Promise<IDataObject> {
  const result = await run(step('message', operation, parameters));
  expect(result.data.resultData.error?.message).toBeUndefined();
  return jsonOf(result, operation)[0]!;
}
async function errorOf(operation: string, parameters: INodeParameters): Promise<string | undefined> {
  return (await run(step('message', operation, parameters))).data.resultData.error?.message;
}
const schedule = (parameters: INodeParameters) =>
  outputOf('schedule', { to: '+15005550003', text: 'See you tomorrow', ...parameters });
const inDays = (days: number): string => `={{ $now.plus({ days: ${days} }) }}`;
const local = (time: unknown): DateTime => DateTime.fromISO(String(time), { zone: ROME });

it("schedules a day before at nine, in the workflow's time zone, and shows what it hangs on", async () => {
  const message = await schedule({
    ...{ when: 'before', amount: 1, unit: 'days', timeOfDay: '09:00' },
    of: '={{ $now.plus({ days: 20 }).toFormat("yyyy-MM-dd HH:mm") }}',
  });
  const of = local((message.moment as IDataObject).of);
  expect(of.toISODate()).toBe(DateTime.now().setZone(ROME).plus({ days: 20 }).toISODate());
  expect(local(message.send_at).toFormat('yyyy-MM-dd HH:mm')).toBe(
    `${of.minus({ days: 1 }).toISODate()} 09:00`,
  );
  expect(message).toMatchObject({
    moment: { before: 'P1D', at: '09:00', timezone: ROME, if_past: 'refuse' },
    expires_at: (message.moment as IDataObject).of,
    send_at_local: local(message.send_at).toISO(),
  });
});

it.each([
  ['after', '2', 'hours', { after: 'PT2H' }],
  ['before', '={{ 30 }}', 'minutes', { before: 'PT30M' }],
  ['before', 0, 'days', { before: 'P0D' }],
  ['after', 1, 'months', { after: 'P1M' }],
  ['before', 2, 'weeks', { before: 'P2W' }],
])('schedules %s a moment: %p %s', async (when, amount, unit, expected) => {
  const timezone = 'America/New_York';
  const message = await schedule({ when, amount, unit, timezone, of: inDays(30) });
  expect(message).toMatchObject({ status: 'scheduled', moment: { ...expected, at: null, timezone } });
});

it.each([
  [{ amount: '1.5' }, /^Amount: "1\.5 days" is not valid\. Use a whole number of minutes, hours, days/],
  [{ unit: 'years' }, /^Amount: "1 years" is not valid/],
  [{ of: '={{ $json.no_such_field }}' }, /^Moment: "undefined" is not a date and time/],
  [{ when: 'during' }, /^When: "during" is not a choice/],
  [{ timeOfDay: '9 am' }, /^send_at\.at must be a time from 00:00 to 23:59/],
  [{ timezone: 'Rome' }, /^send_at\.timezone is not a known time zone/],
  [{ of: inDays(0.5) }, /^send_at would be .+, which is in the past\./],
])('says what is wrong with %j', async (parameters, says) => {
  const all = { to: '+15005550003', text: 'x', when: 'before', of: inDays(3), ...parameters };
  expect(await errorOf('schedule', all)).toMatch(says);
});

it('skips what is too late, and moves, updates and cancels by reference', async () => {
  const reference = randomUUID();
  const common = { when: 'before', options: { reference } };
  const late = await schedule({ ...common, of: inDays(0.5), ifPast: 'skip' });
  expect(late).toMatchObject({ status: 'canceled', moment: { skipped: true } });
  const moved = await outputOf('move', { reference, of: inDays(3) });
  expect(moved).toMatchObject({ moved: [{ id: late.id, outcome: 'resumed' }], skipped: [], not_moved: [] });

  const alone = await outputOf('update', { messageId: byId(String(late.id)), of: inDays(5) });
  expect(local(alone.send_at).toISODate()).toBe(DateTime.now().setZone(ROME).plus({ days: 4 }).toISODate());
  const both = { messageId: byId(String(late.id)), of: inDays(5), sendAt: inDays(5) };
  expect(await errorOf('update', both)).toMatch(/^Send At and Moment are both filled in/);

  await schedule({ ...common, of: inDays(8) });
  expect(await errorOf('move', { reference, of: inDays(9) })).toMatch(/hang on 2 moments/);
  const { moved: one } = await outputOf('move', {
    reference,
    of: inDays(9),
    options: { was: (alone.moment as IDataObject).of as string },
  });
  expect(one).toMatchObject([{ id: late.id, outcome: 'moved' }]);
  expect(await outputOf('cancelMany', { reference })).toMatchObject({ canceled: 2 });
});

it.each([
  [{ reference: '={{ $json.none }}', of: inDays(1) }, /^Reference is empty/],
  [{ reference: 'x', of: '={{ $json.none }}' }, /^New Moment: "undefined" is not a date and time/],
])('does not move %j', async (parameters, says) => {
  expect(await errorOf('move', parameters)).toMatch(says);
});

it('says if nothing has moved, and why', async () => {
  const reference = randomUUID();
  const hints = async (): Promise<string[]> => {
    const result = await run(step('message', 'move', { reference, of: inDays(3) }));
    return result.data.resultData.runData.move![0]!.hints?.map(({ message }) => message) ?? [];
  };
  expect(await hints()).toEqual([`Nothing has moved: no message has the reference "${reference}".`]);
  await schedule({ sendAt: inDays(1), options: { reference } });
  expect(await hints()).toEqual([expect.stringMatching(/1 of the messages were scheduled at a time/)]);
});

it('is scheduled at a time by a workflow that is older than the choice', async () => {
  expect(await schedule({ sendAt: inDays(1) })).toMatchObject({ status: 'scheduled', moment: null });
});
