import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';
import { startLiveEngine, type LiveEngine } from './live-engine';

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

describe.each(DATABASE_KINDS)('removing a session, on %s,', (database) => {
  let engine: LiveEngine;
  let receiver: Receiver;
  beforeAll(async () => {
    engine = await startLiveEngine({ database });
    receiver = await new Receiver().start();
    await engine.live('POST', '/v1/webhooks', { url: receiver.url(), events: ['message.failed'] });
  });
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });

  it('fails its unsent messages with events, and leaves the other number alone', async () => {
    const { live } = engine;
    const leaving = await engine.linkNumber('+393332000001');
    const staying = await engine.linkNumber('+393332000002');
    const batch = async (from: string, count: number, fields: object): Promise<string[]> => {
      const message = { type: 'text', to: '+14155550100', text: 'x', from, ...fields };
      const { body } = await live('POST', '/v1/messages/batch', { messages: Array(count).fill(message) });
      return body.data.map(({ id }: { id: string }) => id);
    };
    const [sent] = await batch('+393332000001', 1, {});
    const shown = async (id: string) => (await live('GET', `/v1/messages/${id}`)).body;
    await until('one is sent', async () => (await shown(sent!)).sent_at);
    leaving.link.drop('No network.');
    await engine.inState(leaving.id, 'disconnected');
    // More than are failed at a time.
    const scheduled = await batch('+393332000001', 700, { send_at: inAnHour });
    const queued = await batch('+393332000001', 3, {});
    const others = await batch('+393332000002', 2, { send_at: inAnHour });

    const { status } = await live('DELETE', `/v1/sessions/${leaving.id}`);
    expect(status).toBe(200);
    for (const id of [scheduled[0]!, scheduled[699]!, ...queued]) {
      expect(await shown(id)).toMatchObject({
        status: 'failed',
        failure_reason: 'session_logged_out',
        failed_at: expect.any(String),
      });
    }
    expect(await shown(sent!)).toMatchObject({ status: 'sending', failure_reason: null });
    for (const id of others) expect((await shown(id)).status).toBe('scheduled');
    const failed = await live('GET', '/v1/messages?status=failed&limit=200');
    expect(failed.body.has_more).toBe(true);

    await until('each failure is told', () => receiver.received.length >= 703, 60_000);
    const told = receiver.received.map(({ event }) => event.data['id']).sort();
    expect(told).toEqual([...scheduled, ...queued].sort());
    // Its link was down: WhatsApp could not be told.
    expect(leaving.link.asked).toEqual(['start']);
    expect(staying.link.isOpen).toBe(true);
    await until('its link is closed', () => !leaving.link.isOpen);
  }, 90_000);

  it('ends its campaigns, with one event each', async () => {
    const { live } = engine;
    const [leaving, staying] = [
      await engine.linkNumber('+393332000005'),
      await engine.linkNumber('+393332000006'),
    ];
    leaving.link.drop('No network.');
    await engine.inState(leaving.id, 'disconnected');
    await live('POST', '/v1/webhooks', { url: receiver.url(), events: ['campaign.aborted'] });
    // More than are made ahead of the sender.
    const audience = await live('POST', '/v1/audiences', { name: 'all', contacts: [] });
    for (const thousand of [0, 1000]) {
      const contacts = Array.from({ length: 1000 }, (_, i) => ({ to: `+1415555${1000 + thousand + i}` }));
      await live('POST', `/v1/audiences/${audience.body.id}/contacts`, { contacts });
    }
    const campaign = async (from: string, fields: object = {}): Promise<string> => {
      const body = { name: 'c', audience_id: audience.body.id, text: 'Hi', from, ...fields };
      return (await live('POST', '/v1/campaigns', body)).body.id;
    };
    const shown = async (id: string) => (await live('GET', `/v1/campaigns/${id}`)).body;
    const running = await campaign('+393332000005');
    const pending = await campaign('+393332000005', { send_at: inAnHour });
    const paused = await campaign('+393332000005', { send_at: inAnHour });
    await live('POST', `/v1/campaigns/${paused}/pause`);
    const other = await campaign('+393332000006', { send_at: inAnHour });
    await until('its messages are made', async () => {
      const { body } = await live('GET', `/v1/messages?campaign_id=${running}&limit=1`);
      return body.data.length > 0;
    });

    expect((await live('DELETE', `/v1/sessions/${leaving.id}`)).status).toBe(200);
    for (const id of [running, pending, paused])
      await until('it is aborted', async () => (await shown(id)).status === 'aborted');
    const ended = await shown(running);
    expect(ended).toMatchObject({
      aborted_reason: 'session_removed',
      aborted_at: expect.any(String),
      paused_reason: null,
      sent_count: 0,
      pending_count: 0,
      forecast: null,
    });
    // What was made has failed, the others get nothing.
    expect(ended.failed_count).toBeGreaterThan(0);
    expect(ended.failed_count + ended.canceled_count).toBe(2000);
    const { body: messages } = await live('GET', `/v1/messages?campaign_id=${running}&limit=1`);
    expect(messages.data[0]).toMatchObject({ status: 'failed', failure_reason: 'session_logged_out' });
    expect(await shown(pending)).toMatchObject({ canceled_count: 2000, failed_count: 0 });
    expect(await shown(other)).toMatchObject({ status: 'pending', aborted_reason: null });
    const told = (): unknown[] =>
      receiver.received
        .filter(({ event }) => event.type === 'campaign.aborted')
        .map((r) => r.event.data['id']);
    await until('each end is told', () => told().length >= 3);
    expect(told().sort()).toEqual([running, pending, paused].sort());
    expect((await live('POST', `/v1/campaigns/${running}/resume`)).status).toBe(409);
    expect(staying.link.isOpen).toBe(true);
  }, 90_000);

  it('succeeds even if the number cannot be logged out', async () => {
    const { id, link } = await engine.linkNumber('+393332000003');
    link.fault = new Error('a fault of the link');
    expect((await engine.live('DELETE', `/v1/sessions/${id}`)).body).toEqual({ id, deleted: true });
    expect(link.asked.at(-1)).toBe('log out');
    await until('its link is closed', () => !link.isOpen);
  });

  it('removes a session while it is being linked', async () => {
    const { id, link } = await engine.makeSession();
    await engine.live('GET', `/v1/sessions/${id}/qr`);
    expect((await engine.live('DELETE', `/v1/sessions/${id}`)).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', '/qr'],
      ['PATCH', '', { name: 'x' }],
      ['POST', '/pairing-code', { phone: '+14155551234' }],
      ['POST', '/reconnect'],
      ['POST', '/logout'],
      ['DELETE', ''],
    ] as const) {
      const answer = await engine.live(method, `/v1/sessions/${id}${path}`, body);
      expect([method, path, answer.status, answer.body.error.code]).toEqual([method, path, 404, 'not_found']);
    }
    await until('its link is closed', () => !link.isOpen);
  });

  it('fails a message that is being sent once, whatever WhatsApp answers', async () => {
    const { id, link } = await engine.linkNumber('+393332000004');
    let accept = (): void => {};
    link.send = () => new Promise((resolve) => (accept = () => resolve({ at: Date.now() })));
    const { body: message } = await engine.live('POST', '/v1/messages', {
      type: 'text',
      to: '+14155550100',
      text: 'x',
      from: '+393332000004',
    });
    const shown = async () => (await engine.live('GET', `/v1/messages/${message.id}`)).body;
    await until('it is on its way', async () => (await shown()).status === 'sending');
    expect((await engine.live('DELETE', `/v1/sessions/${id}`)).status).toBe(200);
    const failed = await shown();
    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'session_logged_out' });
    accept();
    await until('its link is closed', () => !link.isOpen);
    expect(await shown()).toEqual(failed);
  });
});
