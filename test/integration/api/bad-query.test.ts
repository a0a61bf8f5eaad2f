import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope, expectFault } from '../../support/engine/refusal';
import { encodeCursor } from '../../../engine/domain/cursor';

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const LIMIT = 'must be a whole number from 1 to 200';
const NO_CURSOR =
  'is not a cursor of this list. Use next_cursor of the previous page, or leave it out to start over.';
const long = (characters: number): string => 'x'.repeat(characters);

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const QUERIES: (readonly [query: string, path: string, code: string, says: string | RegExp])[] = [
  ...['abc', '0', '201', '1.5', '-1', '', '+5', '05', '1e2', '0x10', ' 5', '٣'].map(
    (limit) => [`limit=${encodeURIComponent(limit)}`, 'limit', 'invalid_format', LIMIT] as const,
  ),
  ['limit=1&limit=2', 'limit', 'wrong_type', 'must be a string, not an array'],
  ['cursor=', 'cursor', 'invalid_cursor', NO_CURSOR],
  ['cursor=abc', 'cursor', 'invalid_cursor', NO_CURSOR],
  [`cursor=${encodeCursor('wh_01M81E3PWH06ZZSPMZ5QEXHVRB')}`, 'cursor', 'invalid_cursor', NO_CURSOR],
  [`cursor=${long(513)}`, 'cursor', 'too_big', 'must have at most 512 characters'],
  ['status=sent', 'status', 'invalid_value', /^must be one of: scheduled, queued, sending, delivered, read/],
  ['status=', 'status', 'invalid_value', /^must be one of: scheduled/],
  ['to=Anna', 'to', 'invalid_recipient', /contains letters/],
  ['to=15005550001', 'to', 'invalid_recipient', /no \+ and country code/],
  [
    'chat_id=15005550001@x',
    'chat_id',
    'invalid_recipient',
    /^ends in "@x", which is not the end of any chat id/,
  ],
  ['to=%2B15005550001&to=%2B15005550002', 'to', 'wrong_type', 'must be a string, not an array'],
  ['q=', 'q', 'too_small', 'must not be empty'],
  [`q=${long(201)}`, 'q', 'too_big', 'must have at most 200 characters'],
  ['q=%00', 'q', 'invalid_character', /Remove it\.$/],
  ['reference=', 'reference', 'too_small', 'must not be empty'],
  [`reference=${long(129)}`, 'reference', 'too_big', 'must have at most 128 characters'],
  ['campaign_id=', 'campaign_id', 'too_small', 'must not be empty'],
  ['page=2', 'page', 'unknown_field', UNKNOWN],
];

describe('GET /v1/messages refuses', () => {
  it.each(QUERIES.map((row) => [row[0].slice(0, 60), ...row] as const))(
    '%s',
    async (_short, query, path, code, says) => {
      expectFault(await engine.call('GET', `/v1/messages?${query}`), path, code, says);
    },
  );
});

it.each(['1', '50', '200'])('takes limit=%s', async (limit) => {
  const { status, body } = await engine.call('GET', `/v1/messages?limit=${limit}`);
  expect({ status, body }).toEqual({ status: 200, body: { data: [], has_more: false, next_cursor: null } });
});

it.each([
  ['', 'has 0 characters. Use 1 to 64.'],
  [' ', 'has 0 characters. Use 1 to 64.'],
  [long(65), 'has 65 characters. Use 1 to 64.'],
])('refuses the Idempotency-Key "%s"', async (key, says) => {
  const body = { type: 'text', to: '+15005550003', text: 'x' };
  const answer = await engine.call('POST', '/v1/messages', body, { 'idempotency-key': key });
  expectFault(answer, 'Idempotency-Key', 'wrong_length', says);
});

it('takes an Idempotency-Key of 64 characters', async () => {
  const body = { type: 'text', to: '+15005550003', text: 'x' };
  const answer = await engine.call('POST', '/v1/messages', body, { 'idempotency-key': long(64) });
  expect(answer.status).toBe(201);
});

it.each([
  ['GET', '/v1/messages/msg_01M81E3PWH06ZZSPMZ5QEXHVRB'],
  ['GET', '/v1/scheduled-messages/nobody'],
  ['GET', `/v1/messages/${long(65)}`],
  ['GET', `/v1/messages/${long(3000)}`],
  ['GET', '/v1/messages/msg_%00'],
  ['PATCH', '/v1/messages/msg_01M81E3PWH06ZZSPMZ5QEXHVRB'],
  ['DELETE', '/v1/messages/msg_01M81E3PWH06ZZSPMZ5QEXHVRB'],
  ['POST', '/v1/messages/msg_01M81E3PWH06ZZSPMZ5QEXHVRB/cancel'],
])('%s %.60s is not found', async (method, path) => {
  const answer = await engine.call(method, path, method === 'PATCH' ? { text: 'x' } : undefined);
  expectEnvelope(answer);
  expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
});
