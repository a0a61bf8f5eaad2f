// npm run bench:numbers [-- --quick] [-- --numbers=200]: many linked numbers on one engine, against the simulated WhatsApp.
// Each figure beside its limit.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from './engine-process.mjs';
import { linkNumber } from './linked-engine.mjs';
import { printed } from './limits.mjs';
import { startSimulator } from './simulator.mjs';

const quick = process.argv.includes('--quick');
const given = process.argv.find((argument) => argument.startsWith('--numbers='))?.slice(10);
const NUMBERS = Number(given ?? (quick ? 20 : 200));
const IDLE_MS = quick ? 10_000 : 30_000;
const LINKED_AT_ONCE = 8;
const phones = Array.from({ length: NUMBERS }, (_, i) => `+1415557${1000 + i}`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
const simulator = await startSimulator(NUMBERS);
const start = (dataDir) =>
  startEngine(dataDir, { BLUETICKS_WA_SOCKET_URL: simulator.url, BENCH_KEY_MODE: 'live' });
try {
  let engine = await start(folder);
  await pause(2_000);
  const before = await engine.memory();
  await linkAll(engine);
  await pause(3_000);
  const title = `${NUMBERS} numbers: `;
  const each = async () => ((await engine.memory()) - before) / NUMBERS / 1e6;
  printed(`${title}memory of each after linking, MB`, await each(), '≤', 4);
  printed(`${title}idle, percent of one processor`, await idle(engine), '≤', 5);
  const slowest = await firstMessages(engine);
  printed(`${title}first message of each, the last after s`, slowest / 1000, '≤', 10);
  await engine.stop();
  const from = performance.now();
  engine = await start(folder);
  await allConnected(engine);
  printed(`${title}all connected after a restart, s`, (performance.now() - from) / 1000, '≤', 20);
  await pause(3_000);
  printed(`${title}memory of each after a restart, MB`, await each(), '≤', 4);
  printed(`${title}idle after a restart, percent of one processor`, await idle(engine), '≤', 5);
  engine.kill();
  await pause(500);
  engine = await start(folder);
  const shown = await states(engine);
  const wrong =
    shown.filter((state) => state === 'connected').length - (await simulator.ask('/')).connections;
  printed(`${title}shown as connected after a kill before they are`, Math.max(0, wrong), '≤', 0);
  await engine.stop();
} finally {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
}

async function linkAll(engine) {
  let next = 0;
  const link = async () => {
    while (next < NUMBERS) await linkNumber(engine, simulator, phones[next++]);
  };
  await Promise.all(Array.from({ length: LINKED_AT_ONCE }, link));
}

/** The engine's share of one processor while nothing happens. */
async function idle(engine) {
  await pause(5_000);
  const [from, spent] = [performance.now(), await engine.processorMs()];
  await pause(IDLE_MS);
  return (((await engine.processorMs()) - spent) / (performance.now() - from)) * 100;
}

/** @returns milliseconds until the last of the first messages of all numbers is acknowledged, all sent at once */
async function firstMessages(engine) {
  const from = performance.now();
  const messages = phones.map((phone, i) => ({
    type: 'text',
    from: phone,
    to: simulator.numbers[i],
    text: `first ${i}`,
    link_preview: false,
  }));
  for (let done = 0; done < messages.length; done += 1000)
    await engine.call('POST', '/v1/messages/batch', { messages: messages.slice(done, done + 1000) });
  for (const status of ['queued', 'sending'])
    while ((await engine.call('GET', `/v1/messages?status=${status}&limit=1`)).data.length > 0)
      await pause(100);
  return performance.now() - from;
}

async function states(engine) {
  const found = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await engine.call('GET', `/v1/sessions?limit=200${cursor}`);
    found.push(...page.data.map(({ state }) => state));
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : null;
  }
  return found;
}

async function allConnected(engine) {
  while ((await states(engine)).some((state) => state !== 'connected')) await pause(200);
}
