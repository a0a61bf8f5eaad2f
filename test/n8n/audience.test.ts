import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);
const from = (items: INodeExecutionData[], ...steps: Step[]) =>
  runWorkflow(workflowOf([source(items), ...steps]), engine.bundled);

const phone = (index: number): string => `+1415555${String(1000 + index)}`;
const people = (count: number): INodeExecutionData[] =>
  Array.from({ length: count }, (_, index) => ({ json: { phone: phone(index), name: `Person ${index}` } }));

const FROM_ITEMS: INodeParameters = {
  contactsFrom: 'items',
  to: '={{ $json.phone }}',
  variables: { variable: [{ name: 'first_name', value: '={{ $json.name }}' }] },
};

async function contactsOf(id: unknown): Promise<IDataObject[]> {
  const result = await run(step('audience', 'get', { audienceId: byId(String(id)), includeContacts: true }));
  return jsonOf(result, 'get')[0]!.contacts as IDataObject[];
}

it('creates one audience from all items, paired with all of them', async () => {
  const result = await from(people(3), step('audience', 'create', { name: 'Three', ...FROM_ITEMS }));
  const [created, ...more] = outputOf(result, 'create');
  expect(more).toEqual([]);
  expect(created).toMatchObject({
    json: { name: 'Three', contact_count: 3 },
    pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }],
  });
  expect(await contactsOf(created!.json.id)).toMatchObject(
    [0, 1, 2].map((index) => ({ to: phone(index), variables: { first_name: `Person ${index}` } })),
  );
});

const AUTO: INodeParameters = {
  contactsFrom: 'items',
  to: '={{ $json.Phone }}',
  variables: { mappingMode: 'autoMapInputData', value: null },
};

it('turns each column into a variable with a name that a text can use', async () => {
  const json = {
    Phone: phone(7),
    'First Name': 'Anna',
    city: 'Rome',
    visits: 3,
    vip: true,
    Имя: 'Анна',
    Prénom: 'Zoé',
    'E-Mail (work)': 'a@example.com',
    '': '',
    '#': null,
    tags: ['a'],
    note: null,
  };
  const result = await from([{ json }], step('audience', 'create', { name: 'Columns', ...AUTO }));
  const [contact] = await contactsOf(jsonOf(result, 'create')[0]!.id);
  expect(contact!.variables).toEqual({
    ...{ Phone: phone(7), First_Name: 'Anna', city: 'Rome', visits: '3', vip: 'true' },
    ...{ Имя: 'Анна', Prénom: 'Zoé', E_Mail_work: 'a@example.com' },
  });
  expect(result.data.resultData.runData.create!.at(-1)!.hints?.[0]?.message).toMatch(
    /^Left out of the variables: "tags"\./,
  );
});

it.each([
  [{ '#': 5 }, /^Variables: item 0, column "#" cannot be a variable\. Rename it, or choose "Map Each Column/],
  [{ city: 'Rome', CITY: 'Oslo' }, /column "CITY" is the same variable as city/],
  [{ 'first name': 'a', first_name: 'b' }, /column "first_name" is the same variable as first_name/],
  [{ ['x'.repeat(33)]: 'a' }, /column "x{33}" cannot be a variable/],
])('names the column that cannot be a variable: %p', async (columns, message) => {
  const items = [{ json: { Phone: phone(8), ...columns } as IDataObject }];
  expect(cardOf(await from(items, step('audience', 'create', { name: 'Bad', ...AUTO }))).message).toMatch(
    message,
  );
});

it('uses the mapped value of each variable and skips empty ones', async () => {
  const variables = {
    mappingMode: 'defineBelow',
    value: { first_name: '={{ $json.name }}', city: '', visits: 3 },
    matchingColumns: [],
    schema: ['first_name', 'city', 'visits'].map((id) => ({
      ...{ id, displayName: id, type: 'string', required: false, display: true },
      ...{ defaultMatch: false, canBeUsedToMatch: false },
    })),
  };
  const create = step('audience', 'create', { ...FROM_ITEMS, name: 'Mapped', variables });
  const result = await from(people(2), create);
  expect((await contactsOf(jsonOf(result, 'create')[0]!.id)).map((each) => each.variables)).toEqual([
    { first_name: 'Person 0', visits: '3' },
    { first_name: 'Person 1', visits: '3' },
  ]);
});

it('says what to do if there are more columns than a contact can have variables', async () => {
  const columns = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, index]));
  const create = step('audience', 'create', { name: 'Wide', ...AUTO });
  const card = cardOf(await from([{ json: { Phone: phone(1), ...columns } }], create));
  expect(card.message).toMatch(/^Variables: item 0 has 41 columns, .* "Map Each Column Manually"/);
});

it('creates an audience with more contacts than fit in one request', async () => {
  const result = await from(people(2100), step('audience', 'create', { name: 'Many', ...FROM_ITEMS }));
  const [created] = jsonOf(result, 'create');
  expect(created).toMatchObject({ contact_count: 2100 });
  expect((await contactsOf(created!.id)).map(({ to }) => to)).toEqual(
    Array.from({ length: 2100 }, (_, index) => phone(index)),
  );
});

it('creates nothing if one of many numbers is invalid, and names its item', async () => {
  const items = people(1500);
  items[1200]!.json.phone = '12';
  const before = await run(step('audience', 'getAll', { returnAll: true }));
  const card = cardOf(await from(items, step('audience', 'create', { name: 'Bad', ...FROM_ITEMS })));
  expect(card.message).toMatch(/^item 1200, to /);
  expect(card.context.itemIndex).toBe(1200);
  const after = await run(step('audience', 'getAll', { returnAll: true }));
  expect(jsonOf(after, 'getAll')).toEqual(jsonOf(before, 'getAll'));
});

it('adds typed rows, updates and removes a contact, and deletes the audience', async () => {
  const rows = {
    contactsFrom: 'rows',
    contacts: {
      contact: [
        { to: phone(1), variables: { variable: [{ name: 'first_name', value: 'Anna' }] } },
        { to: phone(2) },
      ],
    },
  };
  const made = await run(step('audience', 'create', { name: 'Rows', ...rows }));
  const audienceId = byId(String(jsonOf(made, 'create')[0]!.id));
  const more = { ...rows, contacts: { contact: [{ to: phone(2) }, { to: phone(3) }] } };
  const added = await run(step('audience', 'addContacts', { audienceId, ...more }));
  expect(jsonOf(added, 'addContacts')).toMatchObject([
    { audience_id: audienceId.value, added: 1, contact_count: 3 },
  ]);

  const [anna] = await contactsOf(audienceId.value);
  const contactId = byId(String(anna!.id));
  const variables = {
    variable: [
      { name: 'first_name', value: 'Anne' },
      { name: 'city', value: 'Rome' },
    ],
  };
  const changed = await run(
    step('audience', 'updateContact', { audienceId, contactId, variables }),
    step('audience', 'removeContact', { audienceId, contactId: byId('={{ $json.id }}') }),
  );
  expect(jsonOf(changed, 'updateContact')[0]).toMatchObject({
    to: phone(1),
    variables: { first_name: 'Anne', city: 'Rome' },
  });
  expect((await contactsOf(audienceId.value)).map(({ to }) => to)).toEqual([phone(2), phone(3)]);

  const deleted = await run(step('audience', 'delete', { audienceId }));
  expect(jsonOf(deleted, 'delete')).toEqual([{ id: audienceId.value, deleted: true }]);
  expect(cardOf(await run(step('audience', 'get', { audienceId })))).toMatchObject({ httpCode: '404' });
});

it('sees a status, sent now or later', async () => {
  const contacts = { contact: [{ to: '+15005550001' }] };
  const made = await run(step('audience', 'create', { name: 'Viewers', contactsFrom: 'rows', contacts }));
  const { id } = jsonOf(made, 'create')[0]!;
  const status = { to: 'status@broadcast', text: 'Open until nine today' };
  const sent = await run(step('message', 'send', { ...status, options: { audienceId: byId(String(id)) } }));
  expect(jsonOf(sent, 'send')).toMatchObject([{ to: status.to, audience_id: id }]);
  const later = { ...status, sendAt: '={{ $now.plus({ days: 1 }) }}', options: { audienceId: id as string } };
  expect(jsonOf(await run(step('message', 'schedule', later)), 'schedule')).toMatchObject([
    { audience_id: id, status: 'scheduled' },
  ]);
  expect(cardOf(await run(step('message', 'send', status))).message).toMatch(/^audience_id is required/);
});

it('adds items to the audiences they name', async () => {
  const make = (name: string) =>
    run(step('audience', 'create', { name, contactsFrom: 'rows', contacts: {} })).then(
      (result) => jsonOf(result, 'create')[0]!.id,
    );
  const [one, two] = [await make('One'), await make('Two')];
  const items = people(3).map((item, index) => ({ json: { ...item.json, list: index === 1 ? two : one } }));
  const add = step('audience', 'addContacts', { audienceId: byId('={{ $json.list }}'), ...FROM_ITEMS });
  expect(jsonOf(await from(items, add), 'addContacts')).toMatchObject([
    { audience_id: one, added: 2 },
    { audience_id: two, added: 1 },
  ]);
});

it('says what is missing', async () => {
  const audienceId = byId('aud_none');
  const card = cardOf(await run(step('audience', 'addContacts', { audienceId, ...FROM_ITEMS })));
  expect(card.message).toMatch(/^To: item 0 has no phone number/);
  const nothing = step('audience', 'updateContact', { audienceId, contactId: byId('con_1') });
  expect(cardOf(await run(nothing)).message).toMatch(/nothing to change/);
  const unknown = step('audience', 'get', { audienceId });
  expect(cardOf(await run(unknown))).toMatchObject({ name: 'NodeApiError', httpCode: '404' });
});

it('continues after an error, with one item for all', async () => {
  const create = step('audience', 'create', { name: 'Bad', ...FROM_ITEMS }, 'continueRegularOutput');
  const output = outputOf(await from([{ json: {} }, { json: {} }], create), 'create');
  expect(output).toMatchObject([
    { json: { error: expect.stringContaining('item 0') }, pairedItem: [{ item: 0 }, { item: 1 }] },
  ]);
});
