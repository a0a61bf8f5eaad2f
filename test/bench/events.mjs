// npm run bench:events [-- --quick] [-- --server] [-- --runs=3]: what it costs to send on a linked number and to tell a
// webhook on this machine everything about it, beside raw Baileys in the same run. Each figure beside its limit.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { receiveEvents } from './event-receiver.mjs';
import { noted, printed } from './limits.mjs';
import { sendAll, startLinkedEngine } from './linked-engine.mjs';
import { measureRaw } from './raw-baileys.mjs';
import { startServers } from './servers.mjs';
import { checkComplaints, startSimulator } from './simulator.mjs';

const quick = process.argv.includes('--quick');
const server = process.argv.includes('--server');
const runs = Number(process.argv.find((argument) => argument.startsWith('--runs='))?.slice(7) ?? '1');

const PEOPLE = 200;
const PER_SECOND = 33;
const PENDING = quick ? 5_000 : 100_000;
const DUE = quick ? 330 : 1_980;
const BURST = quick ? 500 : 2_000;
const SENT = quick ? 1_000 : 5_000;
const LATER = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
const TOLD = ['queued', 'sending', 'sent', 'delivered', 'read'].map((status) => `message.${status}`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));

for (let run = 1; run <= runs; run++) {
  console.log(`run ${run} of ${runs}, ${server ? 'PostgreSQL and Redis' : 'embedded'}`);
  const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
  const servers = server ? await startServers() : null;
  try {
    await measure(folder, servers?.env ?? {});
  } finally {
    await servers?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder, env) {
  const simulator = await startSimulator(PEOPLE);
  await simulator.ask('/phones', { number: '+14155550101' });
  const raw = await measureRaw({
    url: simulator.url,
    control: simulator.url.replace(/^ws(.*)\/ws\/chat$/, 'http$1'),
    phone: '+14155550101',
    numbers: simulator.numbers,
    messages: SENT,
    atOnce: 64,
  });
  const engine = await startLinkedEngine(simulator, folder, env);
  await sendAll(engine, simulator.numbers, PEOPLE, 'warm');
  const alone = await spent(engine, () => sendAll(engine, simulator.numbers, SENT, 'alone'));
  const share = alone.result / raw.perSecond;
  printed('throughput to WhatsApp, share of raw Baileys', share, '≥', server ? 0.7 : 0.6);
  noted(`${alone.result.toFixed(0)}/s, raw ${raw.perSecond.toFixed(0)}/s`);

  const watch = await watchEvents(engine, simulator);
  await measurePace(engine, simulator, watch, raw);
  await measureBurst(engine, simulator, watch, raw);
  await engine.stop();
  watch.close();
  await checkComplaints(simulator);
  await simulator.close();
}

/** At a steady pace, with many pending. */
async function measurePace(engine, simulator, watch, raw) {
  const message = (i, text, at) => ({
    type: 'text',
    to: simulator.numbers[i % PEOPLE],
    text,
    send_at: at,
    link_preview: false,
  });
  await inBatches(engine, PENDING, (i) => message(i, `later ${i}`, LATER));
  const start = Date.now() + 15_000;
  const dueAt = (i) => start + Math.round((i * 1000) / PER_SECOND);
  watch.expect(DUE);
  await inBatches(engine, DUE, (i) => message(i, String(dueAt(i)), new Date(dueAt(i)).toISOString()));
  await engine.lateness();
  await pause(start - 100 - Date.now());
  const { ms } = await spent(engine, () => watch.all());
  const lateness = await engine.lateness();
  if (lateness.length !== DUE) throw new Error(`${DUE} were due and ${lateness.length} were handed over`);
  const title = `${PER_SECOND} a second, ${PENDING.toLocaleString('en')} pending`;
  printed(`${title}: from due to hand-over p99, ms`, percentile(lateness, 99), '≤', 250);
  printed(`${title}: from receipt to signed POST p99, ms`, percentile(watch.readMs, 99), '≤', 250);
  printed(`${title}: processor time a message, ms`, ms / DUE, '≤', 5);
  noted(`raw Baileys ${raw.processorMs.toFixed(2)} ms, without events and receipts`);
}

/** As fast as it goes. */
async function measureBurst(engine, simulator, watch, raw) {
  watch.expect(BURST);
  let acked = 0;
  const { result, ms } = await spent(engine, async () => {
    const perSecond = await sendAll(engine, simulator.numbers, BURST, 'burst');
    acked = Date.now();
    await watch.all();
    return perSecond;
  });
  const late = Math.max(0, watch.lastAt - acked);
  printed(`${BURST.toLocaleString('en')} at once: all told after the last is acked, ms`, late, '≤', 1_000);
  noted(`from receipt to signed POST p99 ${percentile(watch.readMs, 99).toFixed(0)} ms`);
  noted(`processor time ${(ms / BURST).toFixed(2)} ms a message with everything`);
  noted(`throughput with everything × ${(result / raw.perSecond).toFixed(2)} of raw Baileys`);
}

/** Everybody reads what they get as soon as it is delivered. */
async function watchEvents(engine, simulator) {
  const watch = { readMs: [], lastAt: 0 };
  let [left, reads, finish] = [0, new Map(), () => undefined];
  let all = Promise.resolve();
  const { close } = await receiveEvents(engine, TOLD, ({ type, data }, at) => {
    watch.lastAt = at;
    left -= 1;
    if (type === 'message.delivered') {
      reads.set(data.id, Date.now());
      void simulator.ask(`/contacts/${encodeURIComponent(data.to)}/read`, { id: data.key.split('_')[2] });
    }
    if (type === 'message.read') watch.readMs.push(at - reads.get(data.id));
    if (left === 0) finish();
  });
  return Object.assign(watch, {
    close,
    /** Starts to count: so many messages, each with all of its events. */
    expect(messages) {
      left = messages * TOLD.length;
      reads = new Map();
      watch.readMs = [];
      all = new Promise((resolve) => (finish = resolve));
    },
    all: () => all,
  });
}

async function inBatches(engine, count, message) {
  for (let done = 0; done < count; done += 1000) {
    const messages = Array.from({ length: Math.min(1000, count - done) }, (_, i) => message(done + i));
    await engine.call('POST', '/v1/messages/batch', { messages });
  }
}

/** The engine's processor time, of all its threads, during `work`. */
async function spent(engine, work) {
  const before = await engine.processorMs();
  const result = await work();
  return { result, ms: (await engine.processorMs()) - before };
}

function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * p) / 100) - 1)];
}
