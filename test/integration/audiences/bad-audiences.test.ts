import { expectFault, inShort, type BadInput } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const to = '+14155551234';
const contact = { to };
const varied = (variables: object) => ({ name: 'n', contacts: [contact, { to, variables }] });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, 'x']));

let engine: TestEngine;
let audience: string;
let contactId: string;
beforeAll(async () => {
  engine = await startEngine();
  audience = (await engine.call('POST', '/v1/audiences', { name: 'n', contacts: [contact] })).body.id;
  contactId = (await engine.call('GET', `/v1/audiences/${audience}?page=1`)).body.contacts[0].id;
});
afterAll(() => engine.close());

const CREATES: BadInput[] = [
  [{}, 'name', 'required', 'is required. Send a string.'],
  [{ name: '' }, 'name', 'too_small', 'must not be empty'],
  [{ name: 'x'.repeat(121) }, 'name', 'too_big', 'must have at most 120 characters'],
  [{ name: 5 }, 'name', 'wrong_type', 'must be a string, not a number'],
  [{ name: 'a\0' }, 'name', 'invalid_character', /U\+0000/],
  [{ name: 'n', tags: [] }, 'tags', 'unknown_field', UNKNOWN],
  [{ name: 'n', contacts: {} }, 'contacts', 'wrong_type', 'must be an array, not an object'],
  [
    { name: 'n', contacts: Array.from({ length: 1001 }, () => contact) },
    'contacts',
    'too_big',
    'must have at most 1000 entries',
  ],
  [{ name: 'n', contacts: [contact, {}] }, 'contacts.1.to', 'required', 'is required. Send a string.'],
  [
    { name: 'n', contacts: [contact, { to: 'Ada' }] },
    'contacts.1.to',
    'invalid_recipient',
    /contains letters/,
  ],
  [{ name: 'n', contacts: [{ to, name: 'Ada' }] }, 'contacts.0.name', 'unknown_field', UNKNOWN],
  [varied({ age: 36 }), 'contacts.1.variables.age', 'wrong_type', 'must be a string, not a number'],
  [varied({ 'a b': 'x' }), 'contacts.1.variables.a b', 'invalid_name', /such as a_b\.$/],
  [varied({ a: 'x'.repeat(1025) }), 'contacts.1.variables.a', 'too_big', /at most 1024\.$/],
  [varied({ a: 'x', A: 'y' }), 'contacts.1.variables.A', 'duplicate', /same name as a/],
  [varied(many(33)), 'contacts.1.variables', 'too_big', /has 33 variables. A contact may have at most 32/],
  [varied({ a: '\ud83d' }), 'contacts.1.variables.a', 'invalid_character', /half of a character/],
];

describe('POST /v1/audiences refuses, all or nothing,', () => {
  it.each(CREATES.map((row) => [inShort(row[0]), ...row] as const))('%s', async (_s, body, ...fault) => {
    expectFault(await engine.call('POST', '/v1/audiences', body), ...fault);
    expect((await engine.call('GET', '/v1/audiences')).body.data).toHaveLength(1);
  });

  it('with the faults of every contact in one answer', async () => {
    const { body } = await engine.call('POST', '/v1/audiences', {
      name: 'n',
      contacts: [{ to: '0641' }, contact, { to: 'x', variables: { 'a-b': 'c' } }],
    });
    expect(body.error.details.map(({ path }: { path: string }) => path)).toEqual([
      'contacts.0.to',
      'contacts.2.to',
      'contacts.2.variables.a-b',
    ]);
  });
});

const ADDS: BadInput[] = [
  [{}, 'contacts', 'required', 'is required. Send an array.'],
  [{ contacts: [] }, 'contacts', 'too_small', 'must have at least 1 entry'],
  [{ contacts: [contact], on_error: 'skip' }, 'on_error', 'unknown_field', UNKNOWN],
  [{ contacts: [{ to: '+1415555' }] }, 'contacts.0.to', 'invalid_recipient', /too short/],
];

describe('POST /v1/audiences/{id}/contacts refuses', () => {
  it.each(ADDS.map((row) => [inShort(row[0]), ...row] as const))('%s', async (_s, body, ...fault) => {
    expectFault(await engine.call('POST', `/v1/audiences/${audience}/contacts`, body), ...fault);
    expect((await engine.call('GET', `/v1/audiences/${audience}`)).body.contact_count).toBe(1);
  });
});

const EDITS: BadInput[] = [
  [{}, '', 'invalid', 'needs at least one field to change.'],
  [{ to: null }, 'to', 'wrong_type', 'must be a string, not null'],
  [{ to: 'Ada' }, 'to', 'invalid_recipient', /contains letters/],
  [{ variables: [] }, 'variables', 'wrong_type', 'must be an object, not an array'],
  [{ variables: { 'a b': 'x' } }, 'variables.a b', 'invalid_name', /such as a_b\.$/],
  [{ audience_id: 'x' }, 'audience_id', 'unknown_field', UNKNOWN],
];

describe('PATCH of a contact refuses', () => {
  it.each(EDITS.map((row) => [inShort(row[0]), ...row] as const))('%s', async (_s, body, ...fault) => {
    expectFault(
      await engine.call('PATCH', `/v1/audiences/${audience}/contacts/${contactId}`, body),
      ...fault,
    );
    const { contacts } = (await engine.call('GET', `/v1/audiences/${audience}?page=1`)).body;
    expect(contacts).toMatchObject([{ to, variables: {} }]);
  });
});

it.each(['0', '-1', '1.5', 'x', '1e3', ''])('refuses page=%s', async (page) => {
  const answer = await engine.call('GET', `/v1/audiences/${audience}?page=${page}`);
  expectFault(answer, 'page', 'invalid_format', 'must be a whole number from 1');
});

it('refuses to rename without a name', async () => {
  const answer = await engine.call('PATCH', `/v1/audiences/${audience}`, {});
  expectFault(answer, 'name', 'required', 'is required. Send a string.');
});
