import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SideThread } from '../../../engine/async/side-thread';
import { tempFolder } from '../../support/servers/temp-folder';

const LONG_MS = 60_000;
const WORKER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ job, input }) => {
  if (job === 'spin') for (;;);
  if (job === 'fill') for (const all = []; ; ) all.push(new Array(10_000).fill(0.5));
  if (job === 'throw') throw new Error('broken');
  if (job === 'refuse') return parentPort.postMessage({ fault: 'no' });
  parentPort.postMessage({ result: input.n + 1 });
});`;

let folder: Awaited<ReturnType<typeof tempFolder>>;
let thread: SideThread;
beforeAll(async () => {
  folder = await tempFolder('side-thread');
  await writeFile(join(folder.path, 'worker.cjs'), WORKER);
  thread = new SideThread(join(folder.path, 'worker.cjs'));
});
afterAll(() => folder.remove());

it('does one job after the other', async () => {
  const results = await Promise.all([1, 2, 3].map((n) => thread.run<number>('add', { n }, LONG_MS)));
  expect(results).toEqual([2, 3, 4]);
});

it.each([
  ['spin', /took over 500 ms/],
  ['fill', /memory limit|took over/],
  ['throw', /broken/],
  ['refuse', /no/],
])('survives a job that must fail: %s', async (job, says) => {
  const failed = expect(thread.run(job, {}, 500)).rejects.toThrow(says);
  // Waits for its turn, and gets it.
  const next = thread.run<number>('add', { n: 1 }, LONG_MS);
  await failed;
  expect(await next).toBe(2);
});
