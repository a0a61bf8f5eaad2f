import type { INodeParameters } from 'n8n-workflow';
import { choices } from './harness/choices';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

const [READS, NOBODY, DELIVERS] = ['+15005550001', '+15005550002', '+14155551234'];
let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const run = (operation: string, parameters: INodeParameters, items: INodeParameters[] = [{}]) => {
  const input = source(items.map((json) => ({ json })));
  return runWorkflow(workflowOf([input, step('group', operation, parameters)]), engine.bundled);
};
const read = async (operation: string, parameters: INodeParameters) =>
  jsonOf(await run(operation, parameters), operation);
const create = async (members: unknown) =>
  (await read('create', { name: 'Lunch', members: members as string }))[0]!;

it('creates a group from a list or from text with commas, and says who could not be added', async () => {
  const lunch = await create(`${DELIVERS}, ${NOBODY}`);
  expect(lunch).toMatchObject({
    ...{ name: 'Lunch', participant_count: 2 },
    results: [{ status: 'ok' }, { status: 'not_on_whatsapp', message: expect.any(String) }],
  });
  expect(await create(`={{ ["${DELIVERS}", "${READS}"] }}`)).toMatchObject({ participant_count: 3 });
});

it('changes a group and its members, and reads it and its invite link', async () => {
  const { id } = await create(DELIVERS);
  const groupId = byId(String(id));
  expect(await read('addMembers', { groupId, members: READS })).toMatchObject([{ participant_count: 3 }]);
  const changes = { name: 'Dinner', description: 'At nine', announce: true };
  expect(await read('update', { groupId, changes })).toMatchObject([
    { name: 'Dinner', description: 'At nine', announce: true },
  ]);
  expect(await read('removeMembers', { groupId, members: `${READS}, ${DELIVERS}` })).toMatchObject([
    { participant_count: 1, results: [{ status: 'ok' }, { status: 'ok' }] },
  ]);
  expect(await read('get', { groupId })).toMatchObject([{ id, name: 'Dinner', participant_count: 1 }]);
  expect(await read('getInviteLink', { groupId })).toMatchObject([
    { url: expect.stringMatching(/^https:\/\/chat\.whatsapp\.com\/.+/) },
  ]);
  expect(await read('getAll', { filters: { q: 'dinner' } })).toMatchObject([{ id }]);
  const { results } = await choices(engine.bundled, 'searchGroups', { filter: 'dinner' });
  expect(results).toEqual([{ name: expect.stringMatching(/^Dinner · group of \d$/), value: id }]);
});

it('outputs one item for each input item, and says what to do if one fails', async () => {
  const { id } = await create(DELIVERS);
  const parameters = { groupId: byId(String(id)), members: '={{ $json.phone }}' };
  const result = await run('addMembers', parameters, [{ phone: READS }, { phone: '+15005550009' }]);
  expect(outputOf(result, 'addMembers')).toMatchObject([
    { json: { participant_count: 3 }, pairedItem: { item: 0 } },
    { json: { participant_count: 4 }, pairedItem: { item: 1 } },
  ]);
  const { message } = cardOf(await run('addMembers', { ...parameters, members: '+15005550014' }));
  expect(message).toMatch(/does not let this number add them/);
  expect(cardOf(await run('update', { groupId: byId(String(id)), changes: {} })).message).toMatch(
    /There is nothing to change/,
  );
});
