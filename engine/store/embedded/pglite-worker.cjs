// The thread that PostgreSQL runs on; pglite-thread.ts is the other end. Plain JavaScript, because Node starts threads
// from files as they are. Every message gets one answer, in order. A fault ends the thread: PGlite cannot be used after
// one.
const { readFile } = require('node:fs/promises');
const { dirname, join } = require('node:path');
const v8 = require('node:v8');
const { receiveMessageOnPort, workerData } = require('node:worker_threads');
const { PGlite } = require('@electric-sql/pglite');
const { SyncedNodeFS, withSync } = require('./synced-node-fs.cjs');
const { watchFiles } = require('./watch-files.cjs');

// V8 compiles PostgreSQL's busy functions a second time, with optimization. Node 20 does this much too early (the budget
// is the default of later versions), and every version does it on all processors at once. That cost each start half a
// second.
v8.setFlagsFromString('--wasm-tiering-budget=13000000');
v8.setFlagsFromString('--wasm-num-compilation-tasks=1');

const program = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
const compiled = readFile(program).then((bytes) => WebAssembly.compile(bytes));
const { port, sent, logSync, vitals } = workerData;
/** How long to wait for the next message before the thread's own event loop runs again, and how long it may stand still. */
const SOON_MS = 100;
const MOST_SERVED_MS = 1_000;
/** How often the room on the disk is looked at when there are no requests. */
const LOOK_MS = 500;
let db;
let files;
let watched;
let closing = false;
let waiting = 0;
/** The parts of the answer to the running request so far. */
let parts = [];

/**
 * PostgreSQL has stopped for good (PANIC), for example because the disk failed. PGlite does not notice, and would loop for
 * ever. The running request's answer holds PostgreSQL's reason.
 */
function stop() {
  if (!db || closing) return;
  const { Parser } = require('pg-protocol/dist/parser');
  let reason = null;
  new Parser().parse(Buffer.concat(parts), ({ name, message }) => {
    if (name === 'error') reason = message;
  });
  port.postMessage({ reason });
  process.exit(1);
}

/** PGlite's files in a folder, synced and watched. */
class Files extends SyncedNodeFS {
  async init(pg, options) {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [...emscriptenOpts.preRun, watched.hook];
    return { emscriptenOpts: { ...emscriptenOpts, preRun, onAbort: stop, onExit: stop } };
  }
}

const ACTS = {
  async open({ dataDir, settings, archive, isNew }) {
    const params = [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])];
    if (dataDir !== 'memory://') {
      watched = watchFiles(dataDir, vitals);
      watched.look();
      setInterval(watched.look, LOOK_MS).unref();
      files = new Files(dataDir, new Int32Array(logSync));
      files.paused = isNew;
    }
    const where = files ? { fs: files, startParams: withSync(params) } : { dataDir, startParams: params };
    const loadDataDir = archive && new Blob([archive], { type: 'application/x-gzip' });
    db = await PGlite.create({ ...where, pgliteWasmModule: await compiled, loadDataDir });
    if (files) files.paused = false;
    watched?.hasStarted();
  },

  // Not `execProtocolRaw`: it keeps all its answers in memory, for `execProtocol` to parse.
  async request(bytes) {
    parts = [];
    watched?.look();
    await db.execProtocolRawStream(bytes, { onRawData: (part) => void parts.push(part.slice()) });
    return parts.length === 1 ? parts[0] : new Uint8Array(Buffer.concat(parts));
  },

  async dump() {
    return new Uint8Array(await (await db.dumpDataDir('gzip')).arrayBuffer());
  },

  async close() {
    closing = true;
    await db?.close();
  },
};

let serving = Promise.resolve();
port.on('message', (message) => {
  waiting += 1;
  serving = serving.then(() => serve(message));
});

/** Serves a message, and those that follow it closely. */
async function serve(message) {
  waiting -= 1;
  const until = performance.now() + MOST_SERVED_MS;
  for (let next = message; next; next = performance.now() < until ? followUp() : undefined) {
    const answer = await ACTS[next.act](next.argument);
    if (files?.fault) throw files.fault;
    port.postMessage(answer, answer ? [answer.buffer] : []);
    if (next.act === 'close') return port.close();
  }
}

/** The next message if it comes soon. See `PgliteThread.sent`. */
function followUp() {
  if (waiting > 0) return undefined;
  const seen = Atomics.load(sent, 0);
  const received = receiveMessageOnPort(port);
  if (received) return received.message;
  Atomics.wait(sent, 0, seen, SOON_MS);
  return receiveMessageOnPort(port)?.message;
}
