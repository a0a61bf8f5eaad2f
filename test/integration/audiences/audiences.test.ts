import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';

const person = (index: number) => `+1415555${String(index).padStart(4, '0')}`;
const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ to: person(from + index), variables: { n: `${index}` } }));

describe.each(DATABASE_KINDS)('audiences, on %s,', (database) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine({ database });
  });
  afterAll(() => engine.close());

  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await engine.call(method, `/v1/audiences${path}`, body);
    expect([method, path, answer.status]).toEqual([method, path, method === 'POST' ? 201 : 200]);
    return answer.body;
  };
  const contactsOf = async (id: string) => (await ask('GET', `/${id}?page=1`)).contacts;

  it('are created with contacts, whose numbers are normalized', async () => {
    const made = await ask('POST', '', {
      name: 'Customers',
      contacts: [
        { to: '+1 (415) 555-0001', variables: { First_Name: 'Ada', note: '' } },
        { to: '14155550002@s.whatsapp.net' },
        { to: '120363041234567890@g.us', variables: {} },
      ],
    });
    expect(made).toEqual({
      id: expect.stringMatching(/^aud_[0-9A-HJKMNP-TV-Z]{26}$/),
      name: 'Customers',
      contact_count: 3,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await ask('GET', `/${made.id}`)).toEqual(made);
    const shown = await ask('GET', `/${made.id}?page=1`);
    expect(shown).toEqual({ ...made, page: 1, has_more: false, contacts: expect.any(Array) });
    const form = { id: expect.stringMatching(/^con_/), added_at: made.created_at };
    expect(shown.contacts).toEqual([
      { ...form, to: '+14155550001', variables: { First_Name: 'Ada', note: '' } },
      { ...form, to: '+14155550002', variables: {} },
      { ...form, to: '120363041234567890@g.us', variables: {} },
    ]);
  });

  it('are created empty, renamed, listed newest first, and deleted', async () => {
    const first = await ask('POST', '', { name: 'first' });
    const second = await ask('POST', '', { name: 'second', contacts: [] });
    expect(first.contact_count).toBe(0);
    expect(await ask('PATCH', `/${first.id}`, { name: 'renamed' })).toEqual({ ...first, name: 'renamed' });
    const { data } = await ask('GET', '?limit=2');
    expect(data).toEqual([second, { ...first, name: 'renamed' }]);
    expect(await ask('DELETE', `/${first.id}`)).toEqual({ id: first.id, deleted: true });
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', ''],
      ['POST', '/contacts', { contacts: [{ to: person(1) }] }],
      ['PATCH', '/contacts/con_1', { variables: {} }],
      ['DELETE', '/contacts/con_1'],
    ] as const) {
      const answer = await engine.call(method, `/v1/audiences/${first.id}${path}`, body);
      expect([method, path, answer.status, answer.body.error.code]).toEqual([method, path, 404, 'not_found']);
      expect(answer.body.error.message).toBe(`No audience ${first.id} found for this key.`);
    }
  });

  it('add each contact once, however often it is sent', async () => {
    const { id } = await ask('POST', '', { name: 'once', contacts: people(0, 3) });
    const twice = [...people(2, 3), ...people(3, 2), { to: '+1 415 555 0004' }];
    expect(await ask('POST', `/${id}/contacts`, { contacts: twice })).toEqual({ added: 2, contact_count: 5 });
    expect(await ask('POST', `/${id}/contacts`, { contacts: twice })).toEqual({ added: 0, contact_count: 5 });
    const contacts = await contactsOf(id);
    expect(contacts.map(({ to }: { to: string }) => to)).toEqual([0, 1, 2, 3, 4].map(person));
    // The first of those with one number is the one that counts.
    expect(contacts[2].variables).toEqual({ n: '2' });
    expect(contacts[3].variables).toEqual({ n: '1' });
  });

  it('list contacts page by page, in the order in which they were added', async () => {
    const { id } = await ask('POST', '', { name: 'pages', contacts: people(1000, 150) });
    await ask('POST', `/${id}/contacts`, { contacts: people(500, 100) });
    const pages = [];
    for (const page of [1, 2, 3, 4]) pages.push(await ask('GET', `/${id}?page=${page}`));
    expect(pages.map(({ has_more, contacts }) => [has_more, contacts.length])).toEqual([
      [true, 100],
      [true, 100],
      [false, 50],
      [false, 0],
    ]);
    expect(pages.flatMap(({ contacts }) => contacts.map(({ to }: { to: string }) => to))).toEqual(
      [...people(1000, 150), ...people(500, 100)].map(({ to }) => to),
    );
  });

  it('change and remove single contacts', async () => {
    const { id } = await ask('POST', '', { name: 'edits', contacts: people(0, 3) });
    const [first, second] = await contactsOf(id);
    const edit = (contact: { id: string }, body: object) =>
      ask('PATCH', `/${id}/contacts/${contact.id}`, body);
    expect(await edit(first, { variables: { a: 'b' } })).toEqual({ ...first, variables: { a: 'b' } });
    expect(await edit(first, { to: person(9) })).toMatchObject({ to: person(9), variables: { a: 'b' } });
    expect(await edit(first, { to: person(9), variables: {} })).toMatchObject({ variables: {} });

    const clash = await engine.call('PATCH', `/v1/audiences/${id}/contacts/${second.id}`, { to: person(9) });
    expect([clash.status, clash.body.error.code]).toEqual([409, 'conflict']);
    expect(clash.body.error.message).toBe(
      `Another contact in this audience already has ${person(9)}. Change or remove that one.`,
    );
    expect(await ask('DELETE', `/${id}/contacts/${first.id}`)).toEqual({ id: first.id, deleted: true });
    expect((await ask('GET', `/${id}`)).contact_count).toBe(2);
    const again = await engine.call('DELETE', `/v1/audiences/${id}/contacts/${first.id}`);
    expect([again.status, again.body.error.message]).toEqual([
      404,
      `No contact ${first.id} found for this key.`,
    ]);
    expect(await ask('POST', `/${id}/contacts`, { contacts: [{ to: person(9) }] })).toEqual({
      added: 1,
      contact_count: 3,
    });
  });

  it('count correctly and keep each contact once while many requests add and remove them', async () => {
    const { id } = await ask('POST', '', { name: 'race', contacts: people(0, 20) });
    const contacts = await contactsOf(id);
    await Promise.all([
      ...Array.from({ length: 8 }, (_, i) =>
        ask('POST', `/${id}/contacts`, { contacts: people(10 + i * 5, 30) }),
      ),
      ...contacts
        .slice(0, 10)
        .map((contact: { id: string }) => ask('DELETE', `/${id}/contacts/${contact.id}`)),
    ]);
    const { contact_count: count, contacts: left, has_more: more } = await ask('GET', `/${id}?page=1`);
    const numbers = left.map(({ to }: { to: string }) => to);
    expect([numbers.length, more]).toEqual([count, false]);
    expect([...numbers].sort()).toEqual(people(10, 65).map(({ to }) => to));
  });
});

describe('audiences', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());

  it('belong to one mode: the other can neither see nor change them', async () => {
    const { body } = await engine.call('POST', '/v1/audiences', { name: 'test', contacts: people(0, 1) });
    const { contacts } = (await engine.call('GET', `/v1/audiences/${body.id}?page=1`)).body;
    const live = engine.callAs((await engine.createKey('live')).key);
    const contact = `/contacts/${contacts[0].id}`;
    for (const [method, path, sent] of [
      ['GET', ''],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', ''],
      ['POST', '/contacts', { contacts: people(1, 1) }],
      ['PATCH', contact, { variables: {} }],
      ['DELETE', contact],
    ] as const) {
      expect((await live(method, `/v1/audiences/${body.id}${path}`, sent)).status).toBe(404);
    }
    expect((await live('GET', '/v1/audiences')).body.data).toEqual([]);
    expect((await engine.call('GET', `/v1/audiences/${body.id}?page=1`)).body).toMatchObject({
      name: 'test',
      contacts,
    });
  });

  it('require the scope', async () => {
    const reader = engine.callAs((await engine.createKey('test', ['audiences:read'])).key);
    expect((await reader('GET', '/v1/audiences')).status).toBe(200);
    const refused = await reader('POST', '/v1/audiences', { name: 'x' });
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining('audiences:write'),
    ]);
    const writer = engine.callAs((await engine.createKey('test', ['audiences:write'])).key);
    expect((await writer('GET', '/v1/audiences')).status).toBe(403);
    expect((await writer('POST', '/v1/audiences', { name: 'x' })).status).toBe(201);
  });

  it('are created once for an Idempotency-Key, as are contacts', async () => {
    const headers = { 'Idempotency-Key': 'audience-1' };
    const make = () => engine.call('POST', '/v1/audiences', { name: 'once' }, headers);
    const [first, second] = [await make(), await make()];
    expect([first.status, second.status, second.body]).toEqual([201, 200, first.body]);
    const add = () =>
      engine.call(
        'POST',
        `/v1/audiences/${first.body.id}/contacts`,
        { contacts: people(0, 2) },
        {
          'Idempotency-Key': 'contacts-1',
        },
      );
    expect([(await add()).body, (await add()).body]).toEqual([
      { added: 2, contact_count: 2 },
      { added: 2, contact_count: 2 },
    ]);
  });
});
