import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';
import { startLiveEngine, type LiveEngine } from './live-engine';

const PHONE = '+393332000011';

let engine: LiveEngine;
let receiver: Receiver;
beforeAll(async () => {
  engine = await startLiveEngine({ flags: { BLUETICKS_PACING: 'off' } });
  receiver = await new Receiver().start();
});
afterAll(async () => {
  await engine.close();
  await receiver.stop();
});

it('pauses a campaign when its number is logged out, and resumes when it is linked again', async () => {
  const { live } = engine;
  await live('POST', '/v1/webhooks', { url: receiver.url(), events: ['campaign.paused'] });
  const { id, link } = await engine.linkNumber(PHONE);
  link.drop('No network.');
  await engine.inState(id, 'disconnected');
  const contacts = Array.from({ length: 5 }, (_, i) => ({ to: `+1415555${2000 + i}` }));
  const audience = (await live('POST', '/v1/audiences', { name: 'all', contacts })).body.id;
  const campaign = (await live('POST', '/v1/campaigns', { name: 'c', audience_id: audience, text: 'Hi' }))
    .body.id;
  const shown = async () => (await live('GET', `/v1/campaigns/${campaign}`)).body;
  await until('its messages are made', async () => {
    const { body } = await live('GET', `/v1/messages?campaign_id=${campaign}`);
    return body.data.length === 5;
  });
  const single = (await live('POST', '/v1/messages', { type: 'text', to: '+14155552100', text: 'x' })).body
    .id;

  link.logOutOnPhone('The phone has unlinked this device.');
  await until('the single message fails', async () => {
    const { body } = await live('GET', `/v1/messages/${single}`);
    return body.failure_reason === 'session_logged_out';
  });
  await until('the campaign is paused', async () => (await shown()).status === 'paused');
  expect(await shown()).toMatchObject({
    paused_reason: 'session_logged_out',
    pending_count: 5,
    failed_count: 0,
  });
  // Without a number it goes nowhere, even if it is resumed.
  await live('POST', `/v1/campaigns/${campaign}/resume`);
  await until('it is paused again', async () => (await shown()).status === 'paused');
  await until('each pause is told', () => receiver.received.length === 2);

  await live('GET', `/v1/sessions/${id}/qr`);
  engine.whatsapp.link(id).scan(PHONE);
  await engine.inState(id, 'connected');
  expect((await live('POST', `/v1/campaigns/${campaign}/resume`)).status).toBe(200);
  await until('it is sent', async () => (await shown()).sent_count === 5);
  expect((await shown()).failed_count).toBe(0);
}, 90_000);
