// npm run bench:linked [-- --quick] [-- --server] [-- --memory]: a linked number against the simulated WhatsApp, our
// figures beside raw Baileys' on the same simulator, in the same run.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendAll, startLinkedEngine } from './linked-engine.mjs';
import { measureRaw } from './raw-baileys.mjs';
import { startServers } from './servers.mjs';
import { checkComplaints, startSimulator } from './simulator.mjs';

const quick = process.argv.includes('--quick');
const PEOPLE = 200;
const linkedEngine = (simulator, name, env) => startLinkedEngine(simulator, join(folder, name), env);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
try {
  if (process.argv.includes('--memory')) await measureMemory();
  else {
    await onItsStore(measureSending);
    await onItsStore(measureReceipts);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The embedded store, or with `--server` a PostgreSQL and a Redis that are empty. */
async function onItsStore(measure) {
  const servers = process.argv.includes('--server') ? await startServers() : null;
  try {
    await measure(servers?.env ?? {});
  } finally {
    await servers?.stop();
  }
}

async function measureSending(env) {
  const messages = quick ? 1_000 : 5_000;
  const simulator = await startSimulator(PEOPLE);
  await simulator.ask('/phones', { number: '+14155550101' });
  const raw = await measureRaw({
    url: simulator.url,
    control: simulator.url.replace(/^ws(.*)\/ws\/chat$/, 'http$1'),
    phone: '+14155550101',
    numbers: simulator.numbers,
    messages,
    atOnce: 64,
  });
  const engine = await linkedEngine(simulator, 'sending', env);
  await sendAll(engine, simulator.numbers, PEOPLE, 'warm');
  const perSecond = await sendAll(engine, simulator.numbers, messages, 'ours');
  await engine.stop();
  await checkComplaints(simulator);
  await simulator.close();
  console.log(
    `sent until acked, ${messages} texts to ${PEOPLE} people: ours ${perSecond.toFixed(0)}/s, ` +
      `raw Baileys ${raw.perSecond.toFixed(0)}/s, × ${(perSecond / raw.perSecond).toFixed(2)}`,
  );
}

/** From the moment that a person reads until the signed POST has come. */
async function measureReceipts(env) {
  const count = quick ? 100 : 500;
  const simulator = await startSimulator(20);
  const engine = await linkedEngine(simulator, 'receipts', env);
  const arrived = new Map();
  const receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const at = Date.now();
    const body = Buffer.concat(chunks);
    const hmac = createHmac('sha256', secret).update(body).digest('hex');
    if (request.headers['x-blueticks-signature'] !== `sha256=${hmac}`) throw new Error('badly signed');
    arrived.set(JSON.parse(body).data.id, at);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { secret } = await engine.call('POST', '/v1/webhooks', {
    url: `http://127.0.0.1:${receiver.address().port}/`,
    events: ['message.read'],
  });
  await sendAll(engine, simulator.numbers, count, 'to be read');
  const sent = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await engine.call('GET', `/v1/messages?limit=200${cursor}`);
    sent.push(...page.data);
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : null;
  }
  const took = [];
  for (const { id, key, to } of sent) {
    const from = Date.now();
    await simulator.ask(`/contacts/${encodeURIComponent(to)}/read`, { id: key.split('_')[2] });
    while (!arrived.has(id)) await pause(1);
    took.push(arrived.get(id) - from);
  }
  await engine.stop();
  receiver.close();
  await simulator.close();
  const sorted = took.sort((a, b) => a - b);
  const p = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
  console.log(
    `a receipt on the wire until its signed POST, ${count}: p50 ${p(0.5)} p95 ${p(0.95)} p99 ${p(0.99)} ms`,
  );
}

async function measureMemory() {
  const [reconnects, each] = quick ? [50, 40] : [500, 40];
  const simulator = await startSimulator(PEOPLE);
  const engine = await linkedEngine(simulator, 'memory', {});
  await sendAll(engine, simulator.numbers, 2_000, 'warm');
  const samples = [];
  for (let i = 0; i < reconnects; i++) {
    await sendAll(engine, simulator.numbers, each, `round ${i}`);
    await simulator.ask('/faults/drop-link', { arguments: [] });
    if (i % Math.ceil(reconnects / 20) === 0) samples.push(await engine.memory());
  }
  const megabytes = samples.map((bytes) => Math.round(bytes / 1e6));
  console.log(
    `resident memory over ${reconnects * each} sends and ${reconnects} reconnects: ${megabytes.join(' ')} MB`,
  );
  const half = megabytes.slice(megabytes.length / 2);
  console.log(
    `second half: from ${Math.min(...half)} to ${Math.max(...half)} MB, × ${(Math.max(...half) / Math.min(...half)).toFixed(2)}`,
  );
  await engine.stop();
  await simulator.close();
}
