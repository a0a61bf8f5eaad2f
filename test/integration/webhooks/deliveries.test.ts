import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { Receiver } from '../events/receiver';

const clock = new JumpingClock();
let engine: TestEngine;
let receiver: Receiver;
beforeAll(async () => {
  engine = await startEngine({ parts: { clock } });
});
afterAll(() => engine.close());
beforeEach(async () => {
  receiver = await new Receiver().start();
});
afterEach(async () => {
  await receiver.stop();
  for (const { id } of (await engine.call('GET', '/v1/webhooks')).body.data) {
    await engine.call('DELETE', `/v1/webhooks/${id}`);
  }
});

const register = async (fields: object = {}) =>
  (
    await engine.call('POST', '/v1/webhooks', {
      url: receiver.url(),
      events: ['message.canceled'],
      ...fields,
    })
  ).body;

/** Makes one `message.canceled` event. */
async function cancelOne(reference?: string): Promise<string> {
  const sendAt = new Date(clock.now() + 3_600_000).toISOString();
  const { body } = await engine.call('POST', '/v1/messages', {
    type: 'text',
    to: '+15005550001',
    text: 'x',
    send_at: sendAt,
    reference,
  });
  expect((await engine.call('POST', `/v1/messages/${body.id}/cancel`)).status).toBe(200);
  return body.id;
}

const list = async (id: string, query = '') =>
  (await engine.call('GET', `/v1/webhooks/${id}/deliveries${query}`)).body;

const allAre = (id: string, status: string) =>
  until(`all are ${status}`, async () =>
    (await list(id)).data.every((delivery: { status: string }) => delivery.status === status),
  );

it('delivers at once, with the resource as GET shows it', async () => {
  const { id } = await register();
  const messageId = await cancelOne('appointment-42');
  await until('it is received', () => receiver.received.length === 1);
  const { event } = receiver.received[0]!;
  expect(event).toEqual({
    id: expect.stringMatching(/^evt_/),
    type: 'message.canceled',
    created_at: expect.stringMatching(/\.\d{3}Z$/),
    data: (await engine.call('GET', `/v1/messages/${messageId}`)).body,
  });
  await allAre(id, 'delivered');
  expect((await list(id)).data).toEqual([
    {
      id: expect.stringMatching(/^dlv_/),
      event_id: event.id,
      event_type: 'message.canceled',
      webhook_id: id,
      status: 'delivered',
      attempts: 1,
      next_attempt_at: null,
      response_status: 200,
      error: null,
      created_at: event.created_at,
      last_attempt_at: expect.any(String),
      delivered_at: expect.any(String),
    },
  ]);
  expect((await list(id, '?with_event=true')).data).toMatchObject([{ event_id: event.id, event }]);
  expect((await engine.call('GET', `/v1/webhooks/${id}`)).body.delivered_count).toBe(1);
});

it('lists deliveries newest first, page by page', async () => {
  const { id } = await register();
  for (let i = 0; i < 5; i += 1) await cancelOne();
  const ids = (await list(id)).data.map((delivery: { id: string }) => delivery.id);
  expect(ids).toHaveLength(5);
  expect(ids).toEqual([...ids].sort().reverse());
  const first = await list(id, '?limit=2');
  await cancelOne();
  const second = await list(id, `?limit=2&cursor=${first.next_cursor}`);
  const third = await list(id, `?limit=2&cursor=${second.next_cursor}`);
  const paged = [first, second, third].flatMap(({ data }) => data.map((row: { id: string }) => row.id));
  expect(paged).toEqual(ids);
  expect([first.has_more, third.has_more, third.next_cursor]).toEqual([true, false, null]);
});

it('redelivers the same event with a full set of attempts', async () => {
  const { id } = await register();
  await cancelOne();
  await allAre(id, 'delivered');
  receiver.answer = () => 500;
  const [delivery] = (await list(id)).data;
  const path = `/v1/webhooks/${id}/deliveries/${delivery.id}/redeliver`;
  const { status, body } = await engine.call('POST', path);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: delivery.id,
    event_id: delivery.event_id,
    status: 'pending',
    attempts: 0,
  });
  await until('it failed once', async () => (await list(id)).data[0].attempts === 1);
  expect((await list(id)).data[0]).toMatchObject({ status: 'pending', response_status: 500 });
  receiver.answer = () => 200;
  await engine.call('POST', path);
  await allAre(id, 'delivered');
  expect(new Set(receiver.received.map(({ body: bytes }) => bytes)).size).toBe(1);
});

it('does not redeliver while an attempt is in progress', async () => {
  receiver.answer = () => 'hang';
  const { id } = await register();
  await cancelOne();
  await until('it is under way', () => receiver.hanging.length === 1);
  const [delivery] = (await list(id)).data;
  expect((await engine.call('POST', `/v1/webhooks/${id}/deliveries/${delivery.id}/redeliver`)).status).toBe(
    200,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(receiver.received).toHaveLength(1);
  receiver.release();
  await allAre(id, 'delivered');
  expect((await list(id)).data[0].attempts).toBe(1);
});

it('refuses to redeliver to a disabled webhook', async () => {
  const { id } = await register();
  await cancelOne();
  await allAre(id, 'delivered');
  const [delivery] = (await list(id)).data;
  await engine.call('PATCH', `/v1/webhooks/${id}`, { status: 'disabled' });
  const { status, body } = await engine.call(
    'POST',
    `/v1/webhooks/${id}/deliveries/${delivery.id}/redeliver`,
  );
  expect([status, body.error.code]).toEqual([409, 'conflict']);
  expect(body.error.message).toContain('"status": "enabled"');
  expect((await list(id)).data[0].status).toBe('delivered');
});

it('finds no delivery of another webhook', async () => {
  const [one, other] = [await register(), await register()];
  await cancelOne();
  await allAre(one.id, 'delivered');
  const [delivery] = (await list(one.id)).data;
  const { status } = await engine.call(
    'POST',
    `/v1/webhooks/${other.id}/deliveries/${delivery.id}/redeliver`,
  );
  expect(status).toBe(404);
});

it('refuses the cursor of another list', async () => {
  const { id } = await register();
  await register();
  const { next_cursor: cursor } = (await engine.call('GET', '/v1/webhooks?limit=1')).body;
  const { status, body } = await engine.call('GET', `/v1/webhooks/${id}/deliveries?cursor=${cursor}`);
  expect([status, body.error.details[0].path]).toEqual([400, 'cursor']);
});

describe('a test event', () => {
  it('is signed and sent at once', async () => {
    const { id } = await register();
    const { status, body } = await engine.call('POST', `/v1/webhooks/${id}/test`);
    expect(status).toBe(200);
    const { event, headers } = receiver.received[0]!;
    expect(body).toEqual({ delivered: true, event_id: event.id, response_status: 200, error: null });
    expect([event.type, event.data['webhook_id']]).toEqual(['webhook.test', id]);
    expect(headers).toMatchObject({ 'blueticks-webhook-id': id });
    expect(headers['blueticks-webhook-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
    expect((await list(id)).data).toEqual([]);
  });

  it('says what went wrong', async () => {
    const { id } = await register();
    receiver.answer = () => 410;
    const refused = (await engine.call('POST', `/v1/webhooks/${id}/test`)).body;
    expect(refused).toMatchObject({ delivered: false, response_status: 410, error: 'answered 410' });
    await receiver.stop();
    const gone = (await engine.call('POST', `/v1/webhooks/${id}/test`)).body;
    expect(gone).toMatchObject({ delivered: false, response_status: null, error: 'connection refused' });
  });
});

it('retries when the time comes', async () => {
  receiver.answer = () => 500;
  const { id } = await register();
  await cancelOne();
  await until('it failed once', async () => (await list(id)).data[0].attempts === 1);
  receiver.answer = () => 200;
  clock.jump(61_000);
  await cancelOne();
  // A change of a webhook wakes the runner; the wake-up that was armed is on a real timer.
  await engine.call('PATCH', `/v1/webhooks/${id}`, { description: 'wakes it' });
  await allAre(id, 'delivered');
  expect((await list(id)).data.map(({ attempts }: { attempts: number }) => attempts).sort()).toEqual([1, 2]);
});
