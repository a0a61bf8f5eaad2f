// npm run bench [-- --quick]: our figures beside bare BullMQ on the same store, in the same run.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BARE_CHILD } from './bare-bullmq.mjs';
import { startEngine } from './engine-process.mjs';

const quick = process.argv.includes('--quick');
const LATER = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
const message = (text, sendAt) => ({ type: 'text', to: '+15005550003', text, send_at: sendAt });

await withFolder(measureAccepting);
for (const pending of quick ? [1_000] : [1_000, 100_000])
  await withFolder((folder) => measureLateness(folder, pending));
await withFolder(measureStart);

/** One by one right after the start, and once both have run for a while: their code is compiled as they run. */
async function measureAccepting(folder) {
  const [warm, singles, rounds] = quick ? [50, 200, 2] : [50, 1_000, 4];
  const batches = quick ? 5 : 20;
  const bare = await bareChild({
    kind: 'adds',
    store: { dataDir: join(folder, 'bare') },
    warm,
    singles,
    rounds,
    batches,
    batchSize: 1000,
    delay: 30 * 24 * 3_600_000,
  });
  const engine = await startEngine(join(folder, 'engine'));
  for (let i = 0; i < warm; i++) await engine.call('POST', '/v1/messages', message('warm', LATER));
  const single = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    for (let i = 0; i < singles; i++)
      await engine.call('POST', '/v1/messages', message(`single ${i}`, LATER));
    single.push((singles * 1000) / (performance.now() - from));
  }
  const from = performance.now();
  for (let b = 0; b < batches; b++) {
    const messages = Array.from({ length: 1000 }, (_, i) => message(`batch ${b} ${i}`, LATER));
    await engine.call('POST', '/v1/messages/batch', { messages });
  }
  const batch = (batches * 1000 * 1000) / (performance.now() - from);
  await engine.stop();
  for (const [label, round] of [
    [`the first ${singles.toLocaleString('en')}`, 0],
    ['once warm', rounds - 1],
  ]) {
    const [a, b] = [single[round], bare.singlesPerSecond[round]];
    row(`accepted, one by one, ${label}`, `${a.toFixed(0)}/s`, `${b.toFixed(0)}/s`, a / b);
  }
  row(
    'accepted, in batches of 1,000',
    `${batch.toFixed(0)}/s`,
    `${bare.batchPerSecond.toFixed(0)}/s`,
    batch / bare.batchPerSecond,
  );
}

async function measureLateness(folder, pending) {
  const perSecond = 20;
  const due = quick ? 200 : 1_400;
  const bare = await bareChild({
    kind: 'lateness',
    store: { dataDir: join(folder, 'bare') },
    pending,
    due,
    perSecond,
  });
  const engine = await startEngine(join(folder, 'engine'));
  for (let done = 0; done < pending; done += 1000) {
    const messages = Array.from({ length: 1000 }, (_, i) => message(`later ${done + i}`, LATER));
    await engine.call('POST', '/v1/messages/batch', { messages });
  }
  const start = Date.now() + 15_000;
  const moments = Array.from({ length: due }, (_, i) => start + Math.round((i * 1000) / perSecond));
  for (let done = 0; done < due; done += 1000) {
    const messages = moments
      .slice(done, done + 1000)
      .map((at, i) => ({ ...message(String(at), new Date(at).toISOString()), to: person(done + i) }));
    await engine.call('POST', '/v1/messages/batch', { messages });
  }
  await pause(moments.at(-1) + 3_000 - Date.now());
  const ours = await engine.lateness();
  const rss = await engine.memory();
  await engine.stop();
  if (ours.length !== due) throw new Error(`${due} messages were due and ${ours.length} were handed over`);
  const label = `${perSecond} due a second, ${pending.toLocaleString('en')} pending`;
  for (const p of [50, 95, 99]) {
    const [a, b] = [percentile(ours, p), percentile(bare.lateness, p)];
    row(`lateness p${p}, ${label}`, `${a} ms`, `${b} ms`, a / Math.max(b, 1));
  }
  row(`resident memory after that`, `${(rss / 1e6).toFixed(0)} MB`, '–', null);
}

/** Each start three times, of which the middle one is told; bare BullMQ's first start makes its database cluster. */
async function measureStart(folder) {
  const [first, later, bareLater, firstWorking, laterWorking] = [[], [], [], [], []];
  let [idle, idleLater] = [0, 0];
  for (let run = 0; run < 3; run++) {
    const ours = join(folder, `engine-${run}`);
    let engine = await startEngine(ours);
    first.push(engine.listeningMs);
    firstWorking.push(engine.startMs);
    await pause(3_000);
    idle = Math.max(idle, await engine.memory());
    await engine.stop();
    engine = await startEngine(ours);
    later.push(engine.listeningMs);
    laterWorking.push(engine.startMs);
    await pause(3_000);
    idleLater = Math.max(idleLater, await engine.memory());
    await engine.stop();
    const store = { dataDir: join(folder, 'bare') };
    if (run === 0) await bareChild({ kind: 'start', store });
    const from = performance.now();
    await bareChild({ kind: 'start', store });
    bareLater.push(performance.now() - from);
  }
  const [ours, bare] = [percentile(later, 50), percentile(bareLater, 50)];
  row('first start, process to listening', `${percentile(first, 50).toFixed(0)} ms`, '–', null);
  row('later start, process to listening', `${ours.toFixed(0)} ms`, `${bare.toFixed(0)} ms`, ours / bare);
  row('first start, until everything works', `${percentile(firstWorking, 50).toFixed(0)} ms`, '–', null);
  row('later start, until everything works', `${percentile(laterWorking, 50).toFixed(0)} ms`, '–', null);
  row('resident memory, idle after the first start', `${(idle / 1e6).toFixed(0)} MB`, '–', null);
  row('resident memory, idle after a later start', `${(idleLater / 1e6).toFixed(0)} MB`, '–', null);
}

/** A person of the sandbox's "any other number". */
function person(index) {
  return `+1415555${String(1000 + (index % 8000)).padStart(4, '0')}`;
}

function bareChild(job) {
  const child = fork(BARE_CHILD);
  child.send(job);
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`bare BullMQ ended with ${code}`)));
  });
}

function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * p) / 100) - 1)];
}

function row(what, ours, bare, ratio) {
  console.log(
    `${what.padEnd(52)} ${ours.padStart(12)} ${bare.padStart(12)} ${ratio === null ? '' : `× ${ratio.toFixed(2)}`}`,
  );
}

async function withFolder(measure) {
  const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
  try {
    await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}
