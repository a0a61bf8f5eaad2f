import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { expectEnvelope } from '../../support/engine/refusal';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

const person = (index: number) => `+1415555${String(index).padStart(4, '0')}`;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const audience = async (contacts: object[] = []) =>
  (await engine.call('POST', '/v1/audiences', { name: 'imported', contacts })).body.id as string;
const importInto = (id: string, csv: string, query = ''): Promise<Answer> =>
  engine.call('POST', `/v1/audiences/${id}/import${query}`, csv, { 'content-type': 'text/csv' });
const count = async (id: string): Promise<number> =>
  (await engine.call('GET', `/v1/audiences/${id}`)).body.contact_count;
const contactsOf = async (id: string) =>
  (await engine.call('GET', `/v1/audiences/${id}?page=1`)).body.contacts;

it('imports contacts and their variables from a CSV file', async () => {
  const id = await audience([{ to: person(1) }]);
  const csv = [
    '\ufefffirst_name;Phone;note',
    `Ada;${person(1)};known already`,
    'Bo;+1 (415) 555-0002;"a; b"',
    `;${person(3)};`,
    `Bo;${person(2)};twice`,
  ].join('\r\n');
  const { status, body } = await importInto(id, csv);
  expect([status, body]).toEqual([
    200,
    { added: 2, skipped: 2, contact_count: 3, errors: [], error_count: 0 },
  ]);
  expect(
    (await contactsOf(id)).map(({ to, variables }: { to: string; variables: object }) => [to, variables]),
  ).toEqual([
    [person(1), {}],
    [person(2), { first_name: 'Bo', note: 'a; b' }],
    // An empty cell is no value, so that a campaign finds it missing.
    [person(3), {}],
  ]);
});

const BAD = [
  'to,a',
  `${person(1)},x`,
  '0641,x',
  `${person(2)},x,y`,
  `${person(3)},${'x'.repeat(1025)}`,
  '',
  `${person(4)},"two\nlines"`,
  'Ada,x',
].join('\n');
const FAULTS = [
  [3, 'to', /^has no \+ and country code/],
  [4, '', /^has 3 cells, but the header has 2\. Put cells that contain the separator in quotes\.$/],
  [5, 'a', /^has 1025 characters\. A value may have at most 1024\.$/],
  [9, 'to', /contains letters/],
] as const;

it('imports the good rows and reports the bad ones with `skip`', async () => {
  const id = await audience();
  const { status, body } = await importInto(id, BAD, '?on_error=skip');
  expect([status, body]).toEqual([
    200,
    {
      added: 2,
      skipped: 0,
      contact_count: 2,
      errors: FAULTS.map(([line, path, words]) => ({ line, path, message: expect.stringMatching(words) })),
      error_count: 4,
    },
  ]);
  expect((await contactsOf(id)).map(({ to }: { to: string }) => to)).toEqual([person(1), person(4)]);
});

it.each(['', '?on_error=abort'])('imports nothing from a file with a bad row with "%s"', async (query) => {
  const id = await audience();
  const answer = await importInto(id, BAD, query);
  expectEnvelope(answer);
  const { error } = answer.body;
  expect([answer.status, error.code]).toEqual([400, 'invalid_request']);
  expect(error.details).toEqual(
    FAULTS.map(([line, path, words]) => ({
      path: path ? `lines.${line}.${path}` : `lines.${line}`,
      code: 'invalid_row',
      message: expect.stringMatching(words),
    })),
  );
  expect(error.message).toMatch(/^lines\.3\.to .* \(3 more bad rows\.\) Nothing was imported\.$/);
  expect(await contactsOf(id)).toEqual([]);
});

it('reads files as spreadsheets save them', async () => {
  const id = await audience();
  const rows = [
    'sep=;',
    'Имя;Prénom;First name;Phone;constructor;',
    `Анна;"Zoé";Ada;="${person(1)}";a;`,
    ';;;;;',
    `;\u00a0;="Bo";'${person(2)};b`,
    `Ann;;;${person(3)};;;`,
    `;;;1,50056E+10`,
    `;;;${person(4)};;x`,
  ];
  const { status, body } = await importInto(id, rows.join('\r'), '?on_error=skip');
  expect([status, body]).toMatchObject([
    200,
    {
      added: 3,
      errors: [
        {
          line: 7,
          path: 'to',
          message: expect.stringMatching(/^is in scientific form.* Format the column as text/),
        },
        { line: 8, path: 'column 6', message: expect.stringMatching(/no name in the header/) },
      ],
    },
  ]);
  const variables = (await contactsOf(id)).map((contact: { variables: object }) => contact.variables);
  expect(variables).toEqual<object[]>([
    { Имя: 'Анна', Prénom: 'Zoé', First_name: 'Ada', constructor: 'a' },
    { First_name: 'Bo', constructor: 'b' },
    { Имя: 'Ann' },
  ]);
});

it.each(['skip', 'abort'])(
  'names the line of a bad quote in the middle of a long file, and closes the connection, with `%s`',
  async (rule) => {
    const id = await audience();
    const lines = Array.from({ length: 60_000 }, (_, index) => `+1415${String(4_000_000 + index)},x`);
    lines[48] = '+14155551050,"Ann';
    const csv = `to,name\n${lines.join('\n')}\n`;
    expect(csv.length).toBeGreaterThan(700_000);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = (body: string) => send(agent, `/v1/audiences/${id}/import?on_error=${rule}`, body);
    const refused = await post(csv);
    expect([refused.status, refused.headers.connection]).toEqual([400, 'close']);
    expect(refused.body.error.details[0].path).toBe('lines.50');
    const next = await post(`to\n${person(1)}\n`);
    expect([next.status, next.headers.connection, next.body.added]).toEqual([200, 'keep-alive', 1]);
    agent.destroy();
  },
);

/** Posts a CSV file over one connection that is kept. */
function send(agent: Agent, path: string, csv: string): Promise<Answer & { headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${engine.key}`, 'content-type': 'text/csv' };
    const post = request(`${engine.url}${path}`, { method: 'POST', agent, headers });
    post.once('error', reject).once('response', (response) => {
      let text = '';
      response
        .on('data', (chunk: Buffer) => (text += chunk.toString()))
        .once('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: JSON.parse(text),
          } as never),
        );
    });
    post.end(csv);
  });
}

it('reports the first hundred bad rows and counts them all', async () => {
  const id = await audience();
  const csv = `to\n${'x\n'.repeat(250)}${person(1)}\n`;
  const { body } = await importInto(id, csv, '?on_error=skip');
  expect(body).toMatchObject({ added: 1, error_count: 250 });
  expect(body.errors).toHaveLength(100);
});

it.each([
  ['an empty file', '', '', 'empty', 'is an empty file. Its first row must name the columns.'],
  ['no recipient', 'name\nAda\n', 'lines.1', 'no_recipient', /Call it to, phone/],
  ['a bad name', 'to,🎂\n', 'lines.1.🎂', 'invalid_name', /^cannot be the name of a variable/],
  ['a name of JavaScript', 'to,__proto__\n', 'lines.1.__proto__', 'invalid_name', /is reserved/],
  ['a name twice', 'to,Имя,ИМЯ\n', 'lines.1.ИМЯ', 'duplicate', /same name as Имя/],
  ['a quote left open', `to,a\n${person(1)},"x\n`, 'lines.2', 'unreadable', /^begins a row/],
  ['another encoding', `to,a\n${person(1)},\xe9\n`, 'lines.2', 'unreadable', /^is not UTF-8/],
])('refuses %s with either on_error', async (_name, text, path, code, words) => {
  const id = await audience();
  const csv = _name === 'another encoding' ? (Buffer.from(text, 'latin1') as unknown as string) : text;
  for (const rule of ['skip', 'abort']) {
    const response = await fetch(`${engine.url}/v1/audiences/${id}/import?on_error=${rule}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${engine.key}`, 'content-type': 'text/csv' },
      body: csv,
    });
    const { error } = (await response.json()) as Answer['body'];
    expect([rule, response.status, error.details]).toEqual([
      rule,
      400,
      [{ path, code, message: typeof words === 'string' ? words : expect.stringMatching(words) }],
    ]);
  }
});

it('reports what was added from a file that cannot be read to its end', async () => {
  const id = await audience();
  const rows = Array.from({ length: 400 }, (_, index) => `${person(index)},x`).join('\n');
  const { status, body } = await importInto(id, `to,a\n${rows}\n${person(999)},"open\n`, '?on_error=skip');
  expect([status, body.error.message]).toEqual([
    400,
    expect.stringMatching(/ The 250 contacts before it were added\.$/),
  ]);
  expect((await engine.call('GET', `/v1/audiences/${id}`)).body.contact_count).toBe(250);
});

it('accepts only CSV, for an existing audience, with the scope', async () => {
  const id = await audience();
  const json = await engine.call('POST', `/v1/audiences/${id}/import`, { contacts: [] });
  expect([json.status, json.body.error.message]).toEqual([
    415,
    'The body must be CSV: set Content-Type: text/csv.',
  ]);
  const none = await engine.call('POST', `/v1/audiences/${id}/import`);
  expect([none.status, none.body.error.message]).toEqual([
    400,
    'The body must be a CSV file with Content-Type: text/csv.',
  ]);
  const rule = await importInto(id, 'to\n', '?on_error=ignore');
  expect([rule.status, rule.body.error.message]).toEqual([400, 'on_error must be one of: skip, abort']);
  expect((await importInto('aud_1', 'to\n')).status).toBe(404);
  const csv = { 'content-type': 'text/csv' };
  const reader = engine.callAs((await engine.createKey('test', ['audiences:read'])).key);
  expect((await reader('POST', `/v1/audiences/${id}/import`, 'to\n', csv)).status).toBe(403);
  const live = engine.callAs((await engine.createKey('live')).key);
  expect((await live('POST', `/v1/audiences/${id}/import`, 'to\n', csv)).status).toBe(404);
  const elsewhere = await engine.call('POST', '/v1/audiences', 'to\n', csv);
  expect([elsewhere.status, elsewhere.body.error.message]).toEqual([
    415,
    'The body must be JSON: set Content-Type: application/json.',
  ]);
});

it.each(['skip', 'abort'])(
  'takes a file that is larger than any JSON, with `%s`, and lets others in meanwhile',
  async (rule) => {
    const id = await audience();
    const note = 'n'.repeat(1000);
    const count = 4_250;
    let [sent, answered] = [0, false];
    const upload = new Promise<Answer['body']>((resolve, reject) => {
      const post = request(`${engine.url}/v1/audiences/${id}/import?on_error=${rule}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${engine.key}`, 'content-type': 'text/csv' },
      });
      post.once('error', reject).once('response', (response) => {
        let text = '';
        response
          .on('data', (chunk: Buffer) => (text += chunk.toString()))
          .once('end', () => {
            answered = true;
            resolve(JSON.parse(text));
          });
      });
      post.write('to,a,b,c,d\n');
      const writeSome = (): void => {
        while (sent < count) {
          const index = (sent += 1);
          if (!post.write(`+1415${String(2_000_000 + index)},${note},${note},${note},${note}\n`))
            return void post.once('drain', writeSome);
        }
        post.end();
      };
      writeSome();
    });
    let others = 0;
    await until(
      'the upload is answered',
      async () => {
        const { status } = await engine.call('GET', '/v1/audiences?limit=1');
        expect(status).toBe(200);
        others += 1;
        return answered;
      },
      110_000,
    );
    expect(await upload).toEqual({
      added: count,
      skipped: 0,
      contact_count: count,
      errors: [],
      error_count: 0,
    });
    expect(others).toBeGreaterThan(5);
  },
  120_000,
);

it('keeps what came before an upload was cut off with `skip`, and nothing with `abort`', async () => {
  for (const [rule, most] of [
    ['skip', 500],
    ['abort', 0],
  ] as const) {
    const id = await audience();
    await new Promise<void>((resolve) => {
      const post = request(`${engine.url}/v1/audiences/${id}/import?on_error=${rule}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${engine.key}`, 'content-type': 'text/csv' },
      });
      post.once('error', () => resolve());
      post.write('to\n');
      for (let index = 0; index < 600; index += 1) post.write(`+1415${String(3_000_000 + index)}\n`);
      // Breaks off when the engine has written what it will write before the end comes.
      void until('the full batches are written', async () => (await count(id)) === most).then(() =>
        post.destroy(),
      );
      post.once('close', () => resolve());
    });
    expect(await count(id)).toBe(most);
    // The engine is well, and takes the file when it comes again.
    const { body } = await importInto(
      id,
      `to\n+14153000000\n+14153000001\n${person(7)}\n`,
      `?on_error=${rule}`,
    );
    expect(body.contact_count).toBe(most + (most > 0 ? 1 : 3));
  }
});
