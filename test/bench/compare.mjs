// npm run bench:compare -- --with=FOLDER [--rounds=5]: what accepting, sending and receiving a message cost in this build
// and in the one of another checkout (built with `npm run build`), such as one of an earlier commit. Both run in turn on
// the same machine, and the ratio is that of the medians.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEngine } from './engine-process.mjs';
import { PHONE, sendAll, startLinkedEngine } from './linked-engine.mjs';
import { checkComplaints, startSimulator } from './simulator.mjs';

const option = (name) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
const other = option('with');
if (!other) throw new Error('Say which build to compare with: --with=FOLDER, a checkout that is built.');
const rounds = Number(option('rounds') ?? '5');
const builds = { ours: resolve('dist'), other: resolve(other, 'dist') };

const LATER = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
const SINGLES = 1_000;
const BATCHES = 10;
const SENT = 3_000;
const RECEIVED = 3_000;
const PEOPLE = 200;

/** By name of the measurement and build: milliseconds for a message, one for each round. */
const taken = new Map();
for (let round = 0; round < rounds; round++) {
  const inTurn = Object.keys(builds);
  for (const build of round % 2 === 0 ? inTurn : inTurn.reverse()) {
    await inFolder((folder) => measureAccepting(build, folder));
    await inFolder((folder) => measureSending(build, folder));
    await inFolder((folder) => measureReceiving(build, folder));
  }
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  print();
}

/** After each round, as one may want to end early. */
function print() {
  for (const [name, { ours, other }] of taken) {
    const [a, b] = [median(ours), median(other)];
    const ratios = ours.map((ms, i) => (ms / other[i]).toFixed(2));
    console.log(
      `${name.padEnd(52)} ours ${a.toFixed(3)} ms, other ${b.toFixed(3)} ms, × ${(a / b).toFixed(3)} (${ratios.join(' ')})`,
    );
  }
}

async function measureAccepting(build, folder) {
  const engine = await startEngine(folder, { BENCH_DIST: builds[build] });
  const message = (text) => ({ type: 'text', text, to: '+15005550003', send_at: LATER });
  for (let i = 0; i < 500; i++) await engine.call('POST', '/v1/messages', message('warm'));
  await timed(engine, build, 'accepted, one by one', SINGLES, async () => {
    for (let i = 0; i < SINGLES; i++) await engine.call('POST', '/v1/messages', message(`single ${i}`));
  });
  await timed(engine, build, 'accepted, in batches of 1,000', BATCHES * 1000, async () => {
    for (let batch = 0; batch < BATCHES; batch++) {
      const messages = Array.from({ length: 1000 }, (_, i) => message(`batch ${batch} ${i}`));
      await engine.call('POST', '/v1/messages/batch', { messages });
    }
  });
  await engine.stop();
}

async function measureSending(build, folder) {
  const simulator = await startSimulator(PEOPLE);
  const engine = await startLinkedEngine(simulator, folder, { BENCH_DIST: builds[build] });
  await sendAll(engine, simulator.numbers, PEOPLE, 'warm');
  await timed(engine, build, 'sent on a linked number until acked', SENT, () =>
    sendAll(engine, simulator.numbers, SENT, 'measured'),
  );
  await engine.stop();
  await checkComplaints(simulator);
  await simulator.close();
}

/** From the first message that a person writes until a webhook has been told of all. */
async function measureReceiving(build, folder) {
  const simulator = await startSimulator(PEOPLE);
  const engine = await startLinkedEngine(simulator, folder, { BENCH_DIST: builds[build] });
  const told = new Set();
  const receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    told.add(JSON.parse(Buffer.concat(chunks)).data.key);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  await engine.call('POST', '/v1/webhooks', {
    url: `http://127.0.0.1:${receiver.address().port}/`,
    events: ['message.received'],
  });
  const hear = async (count, text) => {
    told.clear();
    await writeAll(simulator, count, text);
    while (told.size < count) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await hear(PEOPLE, 'warm');
  await timed(engine, build, 'received and told to a webhook', RECEIVED, () => hear(RECEIVED, 'measured'));
  await engine.stop();
  receiver.close();
  await checkComplaints(simulator);
  await simulator.close();
}

/** The simulator's people write `count` messages to the linked number, in turn, eight at a time. */
async function writeAll(simulator, count, text) {
  let next = 0;
  const write = async () => {
    while (next < count) {
      const index = next++;
      const from = simulator.numbers[index % simulator.numbers.length];
      await simulator.ask(`/contacts/${encodeURIComponent(from)}/send`, {
        to: PHONE,
        text: `${text} ${index}`,
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, write));
}

/** Notes the time and the engine's processor time for a message. */
async function timed(engine, build, name, count, work) {
  const [from, spent] = [performance.now(), await engine.processorMs()];
  await work();
  note(`${name}, time`, build, (performance.now() - from) / count);
  note(`${name}, processor time`, build, ((await engine.processorMs()) - spent) / count);
}

function note(name, build, ms) {
  const both = taken.get(name) ?? { ours: [], other: [] };
  both[build].push(ms);
  taken.set(name, both);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function inFolder(measure) {
  const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
  try {
    await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
