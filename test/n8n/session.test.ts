import { LocalServer, reply } from './harness/local-server';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const one = (...steps: Step[]) => workflowOf([source([{ json: {} }]), ...steps]);
const run = (...steps: Step[]) => runWorkflow(one(...steps), engine.bundled);

it('shows all linked numbers, and one of them', async () => {
  const all = jsonOf(await run(step('session', 'getStatus')), 'getStatus');
  expect(all).toHaveLength(1);
  expect(all[0]).toMatchObject({ state: 'connected', phone: expect.stringMatching(/^\+/) });
  const chosen = await run(step('session', 'getStatus', { sessionId: byId(String(all[0]!.id)) }));
  expect(jsonOf(chosen, 'getStatus')).toMatchObject([{ id: all[0]!.id, state: 'connected' }]);
});

it('changes the settings of the only number, and only those that are filled in', async () => {
  const options = { markRead: 'at_once', callReply: 'Please write', rejectCalls: true, takeoverHours: 3 };
  const changed = jsonOf(await run(step('session', 'update', { options })), 'update');
  expect(changed).toMatchObject([
    { mark_read: 'at_once', call_reply: 'Please write', reject_calls: true, takeover_hours: 3 },
  ]);
  const back = jsonOf(await run(step('session', 'update', { options: { callReply: '' } })), 'update');
  expect(back).toMatchObject([{ mark_read: 'at_once', call_reply: null, name: 'Sandbox' }]);
  expect(cardOf(await run(step('session', 'update'))).message).toMatch(/^There is nothing to change/);
});

it('says that the sandbox needs no proxy', async () => {
  const options = { proxy: 'socks5://user:hunter2@127.0.0.1:1080' };
  const { message } = cardOf(await run(step('session', 'update', { options })));
  expect(message).toMatch(/sandbox/i);
  expect(message).not.toContain('hunter2');
});

it('says that the session does not exist', async () => {
  const card = cardOf(await run(step('session', 'getStatus', { sessionId: byId('ses_none') })));
  expect(card).toMatchObject({ name: 'NodeApiError', httpCode: '404', context: { itemIndex: 0 } });
});

it('says that the sandbox has no number to log out', async () => {
  expect(cardOf(await run(step('session', 'logOut'))).message).toMatch(/sandbox/i);
});

it('does not link a second number by mistake', async () => {
  const card = cardOf(await run(step('session', 'getQrCode')));
  expect(card.message).toMatch(/a number is already linked \(\+\d+\)/);
});

it('asks for a phone number before anything else', async () => {
  expect(cardOf(await run(step('session', 'getPairingCode', { phone: '={{ "" }}' }))).message).toMatch(
    /^Phone is empty/,
  );
});

/** Linking needs a phone, so here a server answers as the engine does. */
describe('linking', () => {
  const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
  const calls: string[] = [];
  let sessions: object[] = [];
  const conflict = {
    error: { code: 'conflict', message: 'There is no QR code to show yet.', request_id: 'r' },
  };

  const server = new LocalServer((request, response) => {
    const call = `${request.method} ${request.url?.split('?')[0]}`;
    calls.push(`${call}${request.headers.accept === 'image/png' ? ' (png)' : ''}`);
    const isFirstQr =
      call === 'GET /v1/sessions/ses_1/qr' && calls.filter((each) => each.includes('/qr')).length === 1;
    if (isFirstQr) return reply(response, 409, conflict);
    const answer: Record<string, unknown> = {
      'GET /v1/sessions': { data: sessions, has_more: false, next_cursor: null },
      'POST /v1/sessions': { id: 'ses_1', state: 'unlinked' },
      'GET /v1/sessions/ses_1': { id: 'ses_1', state: 'linking' },
      'POST /v1/sessions/ses_1/pairing-code': { code: 'ABCD-EFGH', expires_at: '2026-01-01T00:00:00.000Z' },
    };
    const body = answer[call];
    if (body) return reply(response, 200, body);
    return response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
  });
  beforeAll(() => server.listen());
  afterAll(() => server.close());
  beforeEach(() => {
    calls.length = 0;
    sessions = [];
  });

  const link = (...steps: Step[]) =>
    runWorkflow(one(...steps), { connection: 'url', baseUrl: server.url, apiKey: 'bt_live_x' });

  it('creates the first session, waits for its QR code and outputs the picture', async () => {
    const [item] = outputOf(await link(step('session', 'getQrCode')), 'getQrCode');
    expect(item).toMatchObject({
      json: { id: 'ses_1', state: 'linking' },
      binary: { data: { mimeType: 'image/png', fileName: 'whatsapp-qr.png', data: PNG.toString('base64') } },
      pairedItem: { item: 0 },
    });
    expect(calls.filter((call) => call === 'POST /v1/sessions')).toHaveLength(1);
    expect(calls.filter((call) => call.endsWith('/qr (png)'))).toHaveLength(2);
  });

  it('links the session without a number by pairing code', async () => {
    sessions = [
      { id: 'ses_0', state: 'connected', phone: '+14155551234' },
      { id: 'ses_1', state: 'logged_out', phone: null },
    ];
    const result = await link(step('session', 'getPairingCode', { phone: '+14155551235' }));
    expect(jsonOf(result, 'getPairingCode')).toEqual([
      {
        session_id: 'ses_1',
        phone: '+14155551235',
        code: 'ABCD-EFGH',
        expires_at: '2026-01-01T00:00:00.000Z',
      },
    ]);
    expect(calls).toEqual(['GET /v1/sessions', 'POST /v1/sessions/ses_1/pairing-code']);
  });
});
