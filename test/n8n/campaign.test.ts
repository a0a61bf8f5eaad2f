import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

let engine: RealEngine;
let audience: string;

beforeAll(async () => {
  engine = await startRealEngine();
  const contacts = ['+14155552001', '+14155552002'].map((to, index) => ({
    to,
    variables: { first_name: ['Anna', 'Ben'][index], ...(index === 0 ? { city: 'Rome' } : {}) },
  }));
  audience = String((await engine.ask('POST', '/v1/audiences', { name: 'Two', contacts })).id);
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);
const create = (parameters: INodeParameters): Step =>
  step('campaign', 'create', { name: 'Spring', audienceId: byId(audience), text: 'Hello', ...parameters });
const tomorrow = '={{ $now.plus({ days: 1 }) }}';

it('fills in the variables of each contact', async () => {
  const result = await run(create({ text: 'Hello {first_name}!' }));
  const [made] = jsonOf(result, 'create');
  expect(made).toMatchObject({ name: 'Spring', audience_id: audience, total_count: 2 });
  await until(
    'both are delivered',
    async () => {
      const current = await run(step('campaign', 'get', { campaignId: byId(String(made!.id)) }));
      return jsonOf(current, 'get')[0]!.delivered_count === 2;
    },
    25_000,
  );
  const sent = await engine.ask('GET', `/v1/scheduled-messages?campaign_id=${String(made!.id)}`);
  expect((sent.data as IDataObject[]).map(({ text }) => text).sort()).toEqual(['Hello Anna!', 'Hello Ben!']);
  const reported = await run(step('campaign', 'report', { campaignId: byId(String(made!.id)) }));
  expect(jsonOf(reported, 'report')).toMatchObject([
    {
      campaign_id: made!.id,
      sent_count: 2,
      replied_count: 0,
      rates: { delivered: 1, replied: 0 },
      failures: [],
    },
  ]);
});

it('sends variants of a text, and counts each', async () => {
  const variants = {
    variant: [
      { name: 'Short', share: 50, text: 'Hi!' },
      { name: 'Long', share: 50, text: 'Hello {first_name}!' },
    ],
  };
  const [made] = jsonOf(await run(create({ options: { variants } })), 'create');
  expect(made).toMatchObject({ text: null, variants: [{ name: 'Short', share: 50 }, { name: 'Long' }] });
});

it('schedules, pauses, resumes, cancels and lists a campaign', async () => {
  const window = { window: { start: '09:00', end: '20:00', timezone: '', days: [] } };
  const campaignId = byId('={{ $json.id }}');
  const result = await run(
    create({ name: 'Later', options: { sendAt: tomorrow, perHour: 30, replyDays: 3, sendWindow: window } }),
    step('campaign', 'pause', { campaignId }),
    step('campaign', 'resume', { campaignId }),
    step('campaign', 'cancel', { campaignId }),
    step('campaign', 'getAll', { limit: 1 }),
  );
  expect(jsonOf(result, 'create')[0]).toMatchObject({
    status: 'pending',
    pacing: { per_hour: 30 },
    reply_days: 3,
    send_window: { start: '09:00', end: '20:00', timezone: 'Europe/Rome' },
  });
  expect(jsonOf(result, 'pause')[0]).toMatchObject({ status: 'paused' });
  expect(jsonOf(result, 'resume')[0]).toMatchObject({ status: 'pending' });
  expect(jsonOf(result, 'cancel')[0]).toMatchObject({ status: 'aborted' });
  expect(jsonOf(result, 'getAll')).toMatchObject([{ name: 'Later', status: 'aborted' }]);
});

it('uses the text as the caption of media', async () => {
  const media = { mediaUrl: 'https://example.com/a.png', options: { sendAt: tomorrow } };
  const result = await run(create({ text: 'Look, {first_name}', ...media }));
  expect(jsonOf(result, 'create')[0]).toMatchObject({
    text: null,
    media_url: 'https://example.com/a.png',
    media_caption: 'Look, {first_name}',
  });
});

it('does not start if a variable is missing, unless told to skip it', async () => {
  const text = 'From {city}';
  const card = cardOf(await run(create({ text })));
  expect(card).toMatchObject({ name: 'NodeApiError', httpCode: '400' });
  expect(`${card.message} ${card.description}`).toMatch(/city/);
  const result = await run(create({ text, onMissingVariable: 'skip', options: { sendAt: tomorrow } }));
  expect(jsonOf(result, 'create')[0]).toMatchObject({ on_missing_variable: 'skip' });
});

it.each(['', '  '])('does not start if a value of an item is %j, however it is mapped', async (blank) => {
  const json = { phone: '+14155552003', first_name: blank };
  const to = '={{ $json.phone }}';
  const value = '={{ $json.first_name }}';
  const variables = { variable: [{ name: 'first_name', value }] };
  const mapped: INodeParameters[] = [
    { contactsFrom: 'items', to, variables },
    { contactsFrom: 'items', to, variables: { mappingMode: 'autoMapInputData', value: null } },
    { contactsFrom: 'rows', contacts: { contact: [{ to, variables }] } },
  ];
  for (const contacts of mapped) {
    const list = step('audience', 'create', { name: 'Blank', ...contacts });
    const made = await runWorkflow(workflowOf([source([{ json }]), list]), engine.bundled);
    const audienceId = byId(String(jsonOf(made, 'create')[0]!.id));
    expect(cardOf(await run(create({ audienceId, text: 'Hi {first_name}!' }))).message).toMatch(
      /^text uses \{first_name\}, but contact .* has no value for it/,
    );
  }
});

it('takes several numbers, as text or as an array, and names the one that is not linked', async () => {
  const own = '+15005550100';
  const one = await run(create({ options: { sendAt: tomorrow, from: ` ${own} , ${own}` } }));
  expect(jsonOf(one, 'create')[0]).toMatchObject({ from: own, from_numbers: [own] });
  for (const from of [`${own}, +14155550199`, `={{ ["${own}", "+14155550199"] }}`])
    expect(cardOf(await run(create({ options: { from } }))).message).toMatch(/is not a linked number/);
});

it('says what is wrong', async () => {
  const none = byId('={{ $json.no }}');
  expect(cardOf(await run(create({ audienceId: none }))).message).toMatch(/^Audience: no audience is chosen/);
  expect(cardOf(await run(step('campaign', 'get', { campaignId: byId('cmp_none') })))).toMatchObject({
    httpCode: '404',
  });
  const made = await run(create({ options: { sendAt: tomorrow } }));
  const campaignId = byId(String(jsonOf(made, 'create')[0]!.id));
  const card = cardOf(
    await run(step('campaign', 'cancel', { campaignId }), step('campaign', 'resume', { campaignId })),
  );
  expect(card).toMatchObject({ httpCode: '409', description: expect.stringContaining('"Get"') });
});
