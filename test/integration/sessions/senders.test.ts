import { startLiveEngine, type LiveEngine } from './live-engine';

const [FIRST, SECOND] = ['+393331000001', '+393331000002'];
const text = { type: 'text', to: '+14155550100', text: 'Hello' };

let engine: LiveEngine;
let first: Awaited<ReturnType<LiveEngine['linkNumber']>>;
let second: typeof first;
beforeAll(async () => {
  engine = await startLiveEngine();
});
afterAll(() => engine.close());

const codeOf = async (method: string, path: string, body?: object): Promise<[number, string]> => {
  const answer = await engine.live(method, path, body);
  return [answer.status, answer.body.error?.code ?? 'none'];
};

it('says how to link a number when none is linked', async () => {
  await engine.makeSession();
  for (const [method, path, body] of [
    ['POST', '/v1/messages', text],
    ['GET', '/v1/contacts/+14155550100/check'],
    ['GET', '/v1/groups'],
  ] as const) {
    const { status, body: answer } = await engine.live(method, path, body);
    expect([path, status, answer.error.code]).toEqual([path, 409, 'no_active_session']);
    expect(answer.error.message).toMatch(/npx n8n-nodes-blueticks link.*POST \/v1\/sessions/);
  }
});

it('uses the only linked number, even if others wait to be linked', async () => {
  first = await engine.linkNumber(FIRST);
  const { body } = await engine.live('POST', '/v1/messages', text);
  expect(body.from).toBe(FIRST);
});

it('requires from when two numbers are linked', async () => {
  second = await engine.linkNumber(SECOND);
  const { body } = await engine.live('POST', '/v1/messages', text);
  expect(body.error).toMatchObject({
    code: 'ambiguous_session',
    message: `Several numbers are linked (${FIRST}, ${SECOND}). Set from to one of them.`,
  });
  expect((await engine.live('POST', '/v1/messages', { ...text, from: SECOND })).body.from).toBe(SECOND);
  expect(await codeOf('POST', '/v1/messages', { ...text, from: '+393331000003' })).toEqual([
    422,
    'from_not_linked',
  ]);
});

it('checks numbers and lists groups through the number in from', async () => {
  engine.whatsapp.accounts.add('+14155550100');
  engine.whatsapp.groups = [
    { id: '120363000000000002@g.us', name: 'Zebra', participantCount: 3 },
    { id: '120363000000000001@g.us', name: 'ants & bees', participantCount: 12 },
  ];
  expect(await codeOf('GET', '/v1/contacts/+14155550100/check')).toEqual([409, 'ambiguous_session']);
  expect(await codeOf('GET', '/v1/groups')).toEqual([409, 'ambiguous_session']);
  expect(await codeOf('GET', '/v1/groups?from=%2B393331000003')).toEqual([422, 'from_not_linked']);

  const from = `from=${encodeURIComponent(SECOND)}`;
  const known = await engine.live('GET', `/v1/contacts/+14155550100/check?${from}`);
  expect([known.status, known.body]).toEqual([200, { exists: true, chat_id: '14155550100@c.us' }]);
  const unknown = await engine.live(
    'GET',
    `/v1/contacts/${encodeURIComponent('+1 (415) 555-0199')}/check?${from}`,
  );
  expect(unknown.body).toEqual({ exists: false, chat_id: null });
  expect(second.link.asked.slice(-2)).toEqual(['check +14155550100', 'check +14155550199']);
  expect(first.link.asked).not.toContain('check +14155550100');

  const groups = await engine.live('GET', `/v1/groups?${from}`);
  expect([groups.status, groups.body]).toEqual([
    200,
    {
      data: [
        expect.objectContaining({
          id: '120363000000000001@g.us',
          name: 'ants & bees',
          participant_count: 12,
        }),
        expect.objectContaining({ id: '120363000000000002@g.us', name: 'Zebra', participants: null }),
      ],
      has_more: false,
      next_cursor: null,
    },
  ]);
  const some = await engine.live('GET', `/v1/groups?q=BEES&${from}`);
  expect(some.body.data.map(({ name }: { name: string }) => name)).toEqual(['ants & bees']);
});

it('refuses to ask a disconnected number, and keeps its messages waiting', async () => {
  second.link.drop('No network.');
  await engine.inState(second.id, 'disconnected');
  const from = `from=${encodeURIComponent(SECOND)}`;
  const { status, body } = await engine.live('GET', `/v1/groups?${from}`);
  expect([status, body.error.code]).toEqual([503, 'unavailable']);
  expect(body.error.message).toBe(
    'WhatsApp cannot be reached right now (link down; the session is disconnected). Try again when the session is connected.',
  );
  const { body: message } = await engine.live('POST', '/v1/messages', { ...text, from: SECOND });
  expect(message).toMatchObject({ from: SECOND, status: 'queued' });
});

it('no longer sends from a number that logged out', async () => {
  await engine.live('POST', `/v1/sessions/${second.id}/logout`);
  expect(await codeOf('POST', '/v1/messages', { ...text, from: SECOND })).toEqual([422, 'from_not_linked']);
  expect((await engine.live('POST', '/v1/messages', text)).body.from).toBe(FIRST);
});

it('asks the sandbox in the same way for a test key', async () => {
  const { status, body } = await engine.call('GET', '/v1/contacts/+15005550001/check');
  expect([status, body]).toEqual([200, { exists: true, chat_id: '15005550001@c.us' }]);
  expect((await engine.call('GET', '/v1/contacts/+15005550002/check')).body).toEqual({
    exists: false,
    chat_id: null,
  });
  expect((await engine.call('GET', '/v1/groups')).body).toEqual({
    data: [expect.objectContaining({ id: '120363000000000001@g.us', participant_count: 4 })],
    has_more: false,
    next_cursor: null,
  });
});
