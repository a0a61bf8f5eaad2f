// npm run bench:campaign [-- --contacts N] [-- --embedded | --server]: a campaign of 100,000 contacts on either store:
// how long making it takes, what single sends feel of it meanwhile and while it is sent, and what memory it costs.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from './engine-process.mjs';

const require = createRequire(import.meta.url);
const flag = (name) => process.argv.indexOf(`--${name}`);
const CONTACTS = flag('contacts') > 0 ? Number(process.argv[flag('contacts') + 1]) : 100_000;
/** For so long the campaign is watched while it is being sent. */
const SENDING_MS = 10_000;
const TEXT = 'Hi {first_name}, your table at {place} is ready. Reply to {phone} if you cannot come.';

if (flag('server') < 0) await withFolder((folder) => measure('embedded', folder, {}, 15));
if (flag('embedded') < 0)
  await onServers((env) => withFolder((folder) => measure('PostgreSQL and Redis', folder, env, 5)));

async function measure(store, folder, env, mostSeconds) {
  console.log(`\n${store}, ${CONTACTS.toLocaleString('en')} contacts`);
  const engine = await startEngine(folder, env);
  const { call } = engine;
  const { id: audience } = await call('POST', '/v1/audiences', { name: 'bench' });
  let from = performance.now();
  await call('POST', `/v1/audiences/${audience}/import`, contactsCsv(), 'text/csv');
  row('import of the contacts as CSV', seconds(performance.now() - from), '–');

  const single = singleSends(engine.connect());
  await single.during(pause(2_000));
  const before = await engine.memory();
  const memory = watchMemory(engine);

  const cpuBefore = cpuSeconds(engine);
  from = performance.now();
  const creating = call('POST', '/v1/campaigns', { name: 'bench', audience_id: audience, text: TEXT });
  const idle = await single.during(creating);
  const { id } = await creating;
  row('creation of the campaign', seconds(performance.now() - from), `< ${mostSeconds} s`);
  row(
    "processor time of that, the single sends' included",
    `${(cpuSeconds(engine) - cpuBefore).toFixed(1)} s`,
    '–',
  );
  row('single sends during the creation, p50', ms(idle, 50), '–');
  row('single sends during the creation, p99', ms(idle, 99), '< 200 ms');
  row('memory at its peak, over that before', megabytes(memory.peak() - before), '< 100 MB');

  const busy = await single.during(pause(SENDING_MS));
  const shown = await call('GET', `/v1/campaigns/${id}`);
  row(`sent in the ${SENDING_MS / 1000} s after it, without pacing`, `${shown.sent_count}`, '–');
  row('single sends meanwhile, p50', ms(busy, 50), '–');
  row('single sends meanwhile, p99', ms(busy, 99), '< 200 ms');
  row('memory at its peak, over that before', megabytes(memory.peak() - before), '< 100 MB');
  from = performance.now();
  await call('POST', `/v1/campaigns/${id}/pause`);
  row('pause', `${(performance.now() - from).toFixed(0)} ms`, '–');
  from = performance.now();
  await call('POST', `/v1/campaigns/${id}/cancel`);
  row('cancel', `${(performance.now() - from).toFixed(0)} ms`, '–');
  from = performance.now();
  await call('DELETE', `/v1/audiences/${audience}`);
  row('deletion of the audience', `${(performance.now() - from).toFixed(0)} ms`, '–');
  memory.stop();
  await engine.stop();
}

function contactsCsv() {
  const rows = Array.from({ length: CONTACTS }, (_, i) => `+1415${2_000_000 + i},Name ${i},Place ${i % 50}`);
  return `to,first_name,place\n${rows.join('\n')}\n`;
}

/** One message after another, each to somebody else, until something has happened. */
function singleSends(call) {
  let sent = 0;
  return {
    async during(something) {
      let over = false;
      void something.finally(() => (over = true)).catch(() => {});
      const times = [];
      while (!over) {
        const from = performance.now();
        await call('POST', '/v1/messages', {
          type: 'text',
          to: `+1415${9_000_000 + (sent += 1)}`,
          text: 'alert',
        });
        times.push(performance.now() - from);
        await pause(10);
      }
      await something;
      return times;
    },
  };
}

function watchMemory({ pid }) {
  const now = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, now())), 50);
  return { peak: () => Math.max(peak, now()), stop: () => clearInterval(timer) };
}

/** What the engine's process has used, of however many processors others have left to it. */
function cpuSeconds({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function onServers(run) {
  require('../support/servers/typescript-hook.cjs');
  const { startPostgresServer } = require('../support/servers/postgres-server.ts');
  const { startRedisServer } = require('../support/servers/redis-server.ts');
  const [postgres, redis] = await Promise.all([startPostgresServer(), startRedisServer()]);
  try {
    await run({ DATABASE_URL: postgres.url, REDIS_URL: redis.url });
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}

function ms(times, p) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * p) / 100) - 1)];
  return `${at.toFixed(0)} ms of ${times.length}`;
}

function seconds(duration) {
  return `${(duration / 1000).toFixed(1)} s`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function row(what, figure, target) {
  console.log(`${what.padEnd(52)} ${figure.padStart(18)} ${target.padStart(12)}`);
}

async function withFolder(job) {
  const folder = await mkdtemp(join(tmpdir(), 'blueticks-bench-'));
  try {
    await job(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
