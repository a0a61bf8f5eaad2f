import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf } from './harness/run-workflow';
import { step } from './harness/steps';

const byNumber = (value: string) => ({ __rl: true, mode: 'number', value });

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const send = async (to: unknown, json = {}) => {
  const message = step('message', 'send', { to: to as string, text: 'Hello' });
  return jsonOf(await runWorkflow(workflowOf([source([{ json }]), message]), engine.bundled), 'send')[0];
};

it.each([
  [
    'chosen from the list',
    { __rl: true, mode: 'list', value: '120363012345678901@g.us' },
    '120363012345678901@g.us',
  ],
  ['typed in', byNumber(' +14155551234 '), '+14155551234'],
  ['an expression', byNumber('={{ $json.phone }}'), '+14155551235'],
  ['plain text, as other tools write workflows', '+14155551236', '+14155551236'],
  ['a plain expression', '={{ $json.phone }}', '+14155551235'],
])('sends to a recipient that is %s', async (_how, to, sentTo) => {
  expect(await send(to, { phone: '+14155551235' })).toMatchObject({ to: sentTo });
});

it('shows the time in the time zone of the workflow', async () => {
  const message = step('message', 'schedule', {
    to: byNumber('+14155551234'),
    text: 'Hello',
    sendAt: '={{ $now.plus({ days: 1 }).toFormat("yyyy-MM-dd") }}T09:00:00',
  });
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), message]), engine.bundled);
  const [scheduled] = jsonOf(run, 'schedule');
  expect(scheduled!.send_at_local).toMatch(/T09:00:00\.000\+0[12]:00$/);
  expect(Date.parse(String(scheduled!.send_at_local))).toBe(Date.parse(String(scheduled!.send_at)));
  const { hints } = run.data.resultData.runData['schedule']![0]!;
  expect(hints).toEqual([
    {
      message: expect.stringMatching(
        /^Will be sent \w{3},? \d+ \w+ \d{4}.* 09:00, Europe\/Rome time \(in \d+ (day|hours?)s?\)$/,
      ),
      location: 'outputPane',
    },
  ]);
});
