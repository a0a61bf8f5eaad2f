import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { choices } from './harness/choices';
import { LocalServer, reply } from './harness/local-server';
import { byId, cardOf, step } from './harness/steps';

const ANSWERS = '+15005550004';
const NEVER = '+15005550003';
let engine: RealEngine;
let id: string;

beforeAll(async () => {
  engine = await startRealEngine();
  await engine.ask('POST', '/v1/messages', { type: 'text', to: ANSWERS, text: 'See you at nine' });
  await until('the person has answered', async () => {
    const person = await engine.ask('GET', `/v1/people/${encodeURIComponent(ANSWERS)}`);
    id = String(person.id);
    return person.last_heard_at;
  });
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);

it('gets a person by id, phone or chat id, from a locator or an expression', async () => {
  for (const personId of [byId(id), byId(ANSWERS), byId('15005550004@c.us'), ANSWERS]) {
    const got = jsonOf(await run(step('person', 'get', { personId })), 'get');
    expect(got).toMatchObject([{ id, phone: ANSWERS, opted_out: false }]);
  }
});

it('offers people by name and number, newest first, and searches and pages in the engine', async () => {
  await engine.ask('POST', '/v1/messages', { type: 'text', to: NEVER, text: 'Hello' });
  const { data, next_cursor: paginationToken } = await until('both are there', async () => {
    const page = await engine.ask('GET', '/v1/people?limit=1');
    return (page.data as { phone: string }[])[0]?.phone === NEVER ? page : undefined;
  });
  const anna = { name: `Sandbox recipient · ${ANSWERS}`, value: id };
  const never = { name: NEVER, value: (data as { id: string }[])[0]!.id };
  expect(await choices(engine.bundled, 'searchPeople')).toEqual({ results: [never, anna] });
  for (const filter of ['sandbox REC', '555-0004'])
    expect(await choices(engine.bundled, 'searchPeople', { filter })).toEqual({ results: [anna] });
  expect(await choices(engine.bundled, 'searchPeople', { filter: 'nobody' })).toEqual({ results: [] });
  const second = await choices(engine.bundled, 'searchPeople', {
    paginationToken: paginationToken as string,
  });
  expect(second).toEqual({ results: [anna] });
});

it('offers somebody without a number by username or lid, and more people where there are more', async () => {
  const lid = { kind: 'lid', value: '123456789012345@lid' };
  const rows = [
    { id: 'per_1', name: 'Ada', phone: null, names: [lid, { kind: 'username', value: 'ada.l' }] },
    { id: 'per_2', name: null, phone: null, names: [lid] },
  ];
  const server = new LocalServer((_, response) =>
    reply(response, 200, { data: rows, has_more: true, next_cursor: 'more' }),
  );
  await server.listen();
  const credential = { connection: 'url', baseUrl: server.url, apiKey: 'bt_test_x' };
  expect(await choices(credential, 'searchPeople')).toEqual({
    results: [
      { name: 'Ada · @ada.l', value: 'per_1' },
      { name: lid.value, value: 'per_2' },
    ],
    paginationToken: 'more',
  });
  server.close();
});

it('says what is wrong', async () => {
  const get = async (personId: unknown) =>
    cardOf(await run(step('person', 'get', { personId: personId as string })));
  expect((await get('={{ $json.phone }}')).message).toMatch(/^Person: no person is chosen\./);
  expect((await get('12')).message).toMatch(/^id /);
  expect(await get('+14155550002')).toMatchObject({ name: 'NodeApiError', httpCode: '404' });
});

it('exports a person, then erases them', async () => {
  const result = await run(
    step('person', 'export', { personId: byId(ANSWERS) }),
    step('person', 'erase', { personId: '={{ $json.person.id }}' }),
  );
  expect(jsonOf(result, 'export')).toMatchObject([
    { person: { id }, messages: [{ text: 'See you at nine' }], received: [{ kind: 'message' }] },
  ]);
  expect(jsonOf(result, 'erase')).toMatchObject([{ id, deleted: true, messages_erased: 1 }]);
  expect(await engine.ask('GET', `/v1/people/${id}`)).toMatchObject({ status: 404 });
});

it('continues with the other people if told to', async () => {
  const items = source(['+14155550009', '+14155550010'].map((phone) => ({ json: { phone } })));
  await engine.ask('POST', '/v1/opt-outs', { to: '+14155550010' });
  const erase = step('person', 'erase', { personId: '={{ $json.phone }}' }, 'continueRegularOutput');
  const output = outputOf(await runWorkflow(workflowOf([items, erase]), engine.bundled), 'erase');
  expect(output).toMatchObject([
    { json: { error: expect.stringMatching(/No person/) }, pairedItem: { item: 0 } },
    { json: { deleted: true }, pairedItem: { item: 1 } },
  ]);
});
