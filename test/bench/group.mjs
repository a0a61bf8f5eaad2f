// npm run bench:group [-- --members=1000] [-- --by=number] [-- --server]: messages to a large group, and how long the
// engine keeps everybody else waiting meanwhile.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinkedEngine } from './linked-engine.mjs';
import { startServers } from './servers.mjs';
import { checkComplaints, startSimulator } from './simulator.mjs';

const option = (name, otherwise) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise;
const members = Number(option('members', '1000'));
const by = option('by', 'lid');
/** How many members' phones are on. */
const AWAKE = 20;
const PHONE = '+14155550100';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
const servers = process.argv.includes('--server') ? await startServers() : null;
try {
  const simulator = await startSimulator(members);
  // To decrypt a thousand messages is as much work as to encrypt them, and a simulator has one thread.
  for (const number of simulator.numbers.slice(AWAKE))
    await simulator.ask(`/contacts/${encodeURIComponent(number)}/behave`, { off: true });
  const engine = await startLinkedEngine(simulator, join(folder, 'group'), servers?.env);
  const { jid } = await simulator.ask('/groups', {
    subject: 'All',
    members: [...simulator.numbers, PHONE],
    by,
  });
  await measure(engine, jid, 'the first');
  await measure(engine, jid, 'the second');
  await simulator.ask('/faults/drop-link', { arguments: [] });
  await pause(3_000);
  await measure(engine, jid, 'one after a reconnect');
  await engine.stop();
  await checkComplaints(simulator);
  await simulator.close();
} finally {
  await servers?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** From the request until WhatsApp has acknowledged the message and its keys are stored. */
async function measure(engine, to, which) {
  await engine.longestBlockMs();
  const waits = [];
  let sending = true;
  const asking = (async () => {
    const call = engine.connect();
    for (; sending; await pause(5)) {
      const from = performance.now();
      await call('GET', '/healthz');
      waits.push(performance.now() - from);
    }
  })();
  const from = performance.now();
  const { id } = await engine.call('POST', '/v1/messages', { type: 'text', to, text: which });
  let message;
  do {
    await pause(50);
    message = await engine.call('GET', `/v1/messages/${id}`);
  } while (message.sent_at === null);
  const seconds = (performance.now() - from) / 1000;
  // The keys are written behind.
  await pause(2_000);
  sending = false;
  await asking;
  const longest = await engine.longestBlockMs();
  console.log(
    `${which} message to a group of ${members} by ${by}: ${seconds.toFixed(1)} s, ${message.attempts} attempts; meanwhile the event loop was blocked ` +
      `for ${longest.toFixed(0)} ms at most, and /healthz took ${Math.max(...waits).toFixed(0)} ms at most`,
  );
}
