import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { deviations } from '../../support/published/deviations';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const to = '+15005550003';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

it('shows messages with the fields and types that were published', async () => {
  const text = { type: 'text', to, text: 'See https://example.com', send_at: inAnHour() };
  const bodies = [
    text,
    { ...text, link_preview: false },
    { ...text, link_preview: { title: 'T', canonical_url: 'https://example.com/' } },
    { type: 'media', to, media: { url: 'https://example.com/a.png' }, send_at: inAnHour() },
    { type: 'poll', to, poll: { question: 'Q', options: ['a', 'b'] }, send_at: inAnHour() },
  ];
  const shown = [];
  for (const body of bodies) {
    const created = await engine.call('POST', '/v1/scheduled-messages', body);
    const read = await engine.call('GET', `/v1/scheduled-messages/${created.body.id}`);
    shown.push(created.body, read.body);
  }
  shown.push(...(await engine.call('GET', '/v1/scheduled-messages')).body.data);
  const patched = await engine.call('PATCH', `/v1/scheduled-messages/${shown[0].id}`, { text: 'x' });
  shown.push(patched.body);
  expect(shown.flatMap((message) => deviations('MessageResponse', message))).toEqual([]);
  expect(shown.slice(0, 6).map((message) => message.link_preview)).toEqual([
    ...[null, null, null, null],
    ...[1, 2].map(() => ({
      ...{ title: 'T', description: null },
      ...{ canonical_url: 'https://example.com/', thumbnail: null },
    })),
  ]);
});

it('shows everything else with the fields and types that were published', async () => {
  const body = async (method: string, path: string, sent?: object) =>
    (await engine.call(method, path, sent)).body;
  const contacts = [{ to, variables: { name: 'Ann' } }];
  const audience = await body('POST', '/v1/audiences', { name: 'a', contacts });
  const page = await body('GET', `/v1/audiences/${audience.id}?page=1`);
  const campaign = await body('POST', '/v1/campaigns', {
    ...{ name: 'c', audience_id: audience.id, text: 'Hi {name}' },
    ...{ send_at: inAnHour() },
  });
  const url = 'https://example.com/hook';
  const webhook = await body('POST', '/v1/webhooks', { url, events: ['message.received'] });
  const answers = [
    deviations('AccountResponse', await body('GET', '/v1/account')),
    deviations('PingResponse', await body('GET', '/v1/ping')),
    deviations('EngineListResponse', await body('GET', '/v1/engines')),
    deviations('AudienceResponse', audience),
    deviations('AudienceResponse', await body('PATCH', `/v1/audiences/${audience.id}`, { name: 'b' })),
    deviations('ContactResponse', page.contacts[0]),
    deviations('CampaignResponse', campaign),
    deviations('CampaignResponse', await body('GET', `/v1/campaigns/${campaign.id}`)),
    deviations('WebhookCreateResponse', webhook),
    deviations('WebhookResponse', await body('GET', `/v1/webhooks/${webhook.id}`)),
    deviations('ErrorEnvelope', await body('POST', '/v1/webhooks', {})),
  ];
  expect(answers.flat()).toEqual([]);
});
