// BullMQ alone on the same store: what the queue costs without anything of ours.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { Queue, Worker, createPostgresBackend } = require('bullmq');
const IORedis = require('ioredis');
const { openDatabase } = require('../../dist/engine/store/open-database.js');
const { prepareQueueSchema } = require('../../dist/engine/queue/postgres-queue-store.js');

const quiet = { info() {}, warn() {}, error() {} };

export const BARE_CHILD = fileURLToPath(import.meta.url);

/** Opens a queue on the embedded store, on PostgreSQL, or on Redis, as BullMQ's own guide has it. */
export async function openBare({ dataDir, databaseUrl = null, redisUrl = null }) {
  const removing = { removeOnComplete: true, removeOnFail: true };
  if (redisUrl) {
    const connection = new IORedis(redisUrl, { maxRetriesPerRequest: null });
    const queue = new Queue('bare', { connection, defaultJobOptions: removing });
    const worker = (handler) => new Worker('bare', handler, { connection: connection.duplicate() });
    return { queue, worker, close: async () => connection.disconnect() };
  }
  const database = await openDatabase({ dataDir, databaseUrl, log: quiet });
  await prepareQueueSchema(database.pool);
  const connection = database.pool;
  const queue = new Queue('bare', { connection, defaultJobOptions: removing }, createPostgresBackend);
  const worker = (handler) => new Worker('bare', handler, { connection }, createPostgresBackend);
  return { queue, worker, close: () => database.close() };
}

/** In a process of its own: adds, then fires delayed jobs, and tells how it went. */
if (process.send && process.argv[1] === BARE_CHILD) {
  process.once('message', async (job) => {
    const bare = await openBare(job.store);
    const result = await MEASURES[job.kind](bare, job);
    process.send(result, () => process.exit(0));
  });
}

const MEASURES = { adds: measureAdds, lateness: measureLateness, start: becomeReady };

/** Resolves when jobs can be added and would be worked on. */
async function becomeReady({ queue, worker }) {
  await Promise.all([queue.waitUntilReady(), worker(async () => {}).waitUntilReady()]);
  return {};
}

async function measureAdds({ queue }, { warm, singles, rounds, batches, batchSize, delay }) {
  for (let i = 0; i < warm; i++) await queue.add('warm', {}, { delay });
  const singlesPerSecond = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    for (let i = 0; i < singles; i++) await queue.add('m', { i }, { delay });
    singlesPerSecond.push((singles * 1000) / (performance.now() - from));
  }
  const from = performance.now();
  for (let b = 0; b < batches; b++) {
    await queue.addBulk(
      Array.from({ length: batchSize }, (_, i) => ({ name: 'm', data: { i }, opts: { delay } })),
    );
  }
  const batchMs = (performance.now() - from) / (batches * batchSize);
  return { singlesPerSecond, batchPerSecond: 1000 / batchMs };
}

async function measureLateness({ queue, worker }, { pending, due, perSecond }) {
  const later = 30 * 24 * 3_600_000;
  for (let done = 0; done < pending; done += 1000) {
    const jobs = Array.from({ length: Math.min(1000, pending - done) }, (_, i) => ({
      name: 'later',
      data: {},
      opts: { delay: later + done + i },
    }));
    await queue.addBulk(jobs);
  }
  const lateness = [];
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const working = worker(async (job) => {
    lateness.push(Date.now() - job.data.due);
    if (lateness.length === due) finish();
  });
  await working.waitUntilReady();
  const start = Date.now() + 5_000;
  const jobs = Array.from({ length: due }, (_, i) => {
    const at = start + Math.round((i * 1000) / perSecond);
    return { name: 'due', data: { due: at }, opts: { delay: at - Date.now() } };
  });
  await queue.addBulk(jobs);
  await finished;
  return { lateness };
}
