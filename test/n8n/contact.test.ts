import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf } from './harness/run-workflow';
import { cardOf, step } from './harness/steps';

let engine: RealEngine;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

const check = (phones: string[], onError?: 'continueRegularOutput') =>
  runWorkflow(
    workflowOf([
      source(phones.map((phone) => ({ json: { phone } }))),
      step('contact', 'checkNumber', { phone: '={{ $json.phone }}' }, onError),
    ]),
    engine.bundled,
  );

it('says whether numbers are on WhatsApp', async () => {
  const result = await check(['+15005550001', '+15005550002']);
  expect(jsonOf(result, 'checkNumber')).toEqual([
    { phone: '+15005550001', exists: true, chat_id: '15005550001@c.us' },
    { phone: '+15005550002', exists: false, chat_id: null },
  ]);
});

it('says what is wrong with a number', async () => {
  expect(cardOf(await check(['12']))).toMatchObject({
    name: 'NodeApiError',
    httpCode: '400',
    message: expect.stringMatching(/^phone /),
  });
  expect(cardOf(await check([''])).message).toMatch(/^Phone is empty/);
});

it('continues with the other numbers if told to', async () => {
  const output = outputOf(await check(['12', '+15005550001'], 'continueRegularOutput'), 'checkNumber');
  expect(output).toMatchObject([
    { json: { error: expect.stringMatching(/^phone /) }, pairedItem: { item: 0 } },
    { json: { exists: true }, pairedItem: { item: 1 } },
  ]);
});
