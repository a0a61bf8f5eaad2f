// npm run bench:history [-- --chats=500 --messages=100]: what it costs to take in the history that a phone shares after
// linking, and what is sent meanwhile. The phone and the people are in another process on the same machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendAll, startLinkedEngine } from './linked-engine.mjs';
import { checkComplaints, startSimulator } from './simulator.mjs';

const option = (name, usual) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? usual);
const chats = option('chats', 500);
const messages = option('messages', 100);
const SENT = 1_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
const simulator = await startSimulator(chats);
const engine = await startLinkedEngine(simulator, folder);
const people = simulator.numbers.slice(0, 200);
await sendAll(engine, people, 400, 'warm');
await engine.longestBlockMs();
const alone = await sendAll(engine, people, SENT, 'alone');
const blockedAlone = await engine.longestBlockMs();
console.log(
  `${SENT} messages: ${alone.toFixed(0)} a second, event loop blocked for ${blockedAlone.toFixed(0)} ms at most`,
);

const total = async () => {
  const counts = await Promise.all(
    [simulator.numbers[0], simulator.numbers.at(-1)].map(async (number) => {
      const path = `/v1/chats/${encodeURIComponent(number)}/messages?order=asc&limit=200`;
      return (await engine.call('GET', path)).data.filter(({ source }) => source === 'history').length;
    }),
  );
  return Math.min(...counts);
};
const spent = await engine.processorMs();
const from = performance.now();
await simulator.ask(`/phones/${encodeURIComponent('+14155550100')}/history`, { chats, messages });
const meanwhile = await sendAll(engine, people, SENT, 'meanwhile');
while ((await total()) < Math.min(messages, 200)) await pause(250);
const seconds = (performance.now() - from) / 1000;
const processor = ((await engine.processorMs()) - spent) / (chats * messages);
const blocked = await engine.longestBlockMs();
console.log(
  `${chats * messages} messages of a history: ${seconds.toFixed(0)} s, ${processor.toFixed(2)} ms of processor time each (with ${SENT} sent),`,
  `event loop blocked for ${blocked.toFixed(0)} ms at most`,
);
console.log(`${SENT} messages sent meanwhile: ${meanwhile.toFixed(0)} a second`);
await engine.stop();
await checkComplaints(simulator);
await simulator.close();
await rm(folder, { recursive: true, force: true });
