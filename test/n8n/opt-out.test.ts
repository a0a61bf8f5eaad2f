import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { cardOf, step } from './harness/steps';

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const run = (...steps: Step[]) => runWorkflow(workflowOf([source([{ json: {} }]), ...steps]), engine.bundled);
const PERSON = '+14155550001';

it('opts a person out, lists them, and opts them in again', async () => {
  const added = await run(step('optOut', 'add', { to: PERSON }), step('optOut', 'getAll'));
  expect(jsonOf(added, 'add')).toMatchObject([{ to: PERSON, source: 'api' }]);
  expect(jsonOf(added, 'getAll').map(({ to }) => to)).toContain(PERSON);

  const removed = await run(step('optOut', 'remove', { to: PERSON }));
  expect(jsonOf(removed, 'remove')).toEqual([{ to: PERSON, deleted: true }]);
  const after = await run(step('optOut', 'getAll', { returnAll: true }));
  expect(jsonOf(after, 'getAll').map(({ to }) => to)).not.toContain(PERSON);
});

it('says what is wrong', async () => {
  expect(cardOf(await run(step('optOut', 'add', { to: '12' }))).message).toMatch(/^to /);
  expect(cardOf(await run(step('optOut', 'add', { to: '={{ $json.phone }}' }))).message).toMatch(
    /^Phone or Chat ID is empty/,
  );
  const card = cardOf(await run(step('optOut', 'remove', { to: '+14155550002' })));
  expect(card).toMatchObject({ name: 'NodeApiError', httpCode: '404' });
});

it('continues with the other people if told to', async () => {
  const items = source(['12', '+14155550003'].map((to) => ({ json: { to } })));
  const add = step('optOut', 'add', { to: '={{ $json.to }}' }, 'continueRegularOutput');
  const output = outputOf(await runWorkflow(workflowOf([items, add]), engine.bundled), 'add');
  expect(output).toMatchObject([
    { json: { error: expect.stringMatching(/^to /) }, pairedItem: { item: 0 } },
    { json: { to: '+14155550003' }, pairedItem: { item: 1 } },
  ]);
});
