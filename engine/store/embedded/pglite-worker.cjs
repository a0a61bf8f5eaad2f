// PostgreSQL's own thread (pglite-thread.ts is its other end). A plain file, because Node starts threads from files as
// they are. Every message gets one answer, in order; a fault ends the thread, as PGlite is not to be used after one.
const { readFile } = require('node:fs/promises');
const { dirname, join } = require('node:path');
const v8 = require('node:v8');
const { receiveMessageOnPort, workerData } = require('node:worker_threads');
const { PGlite } = require('@electric-sql/pglite');

// V8 compiles PostgreSQL's busy functions once more, and better. Node 20 does so much too early (this is the later
// versions' own figure), and all of them do so on every processor at once, which took half a second from each start.
v8.setFlagsFromString('--wasm-tiering-budget=13000000');
v8.setFlagsFromString('--wasm-num-compilation-tasks=1');

const program = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
const compiled = readFile(program).then((bytes) => WebAssembly.compile(bytes));
const { port, patienceMs } = workerData;
let db;
let waiting = 0;

const ACTS = {
  async open({ dataDir, settings, archive }) {
    const startParams = [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])];
    const loadDataDir = archive && new Blob([archive], { type: 'application/x-gzip' });
    db = await PGlite.create(dataDir, { pgliteWasmModule: await compiled, startParams, loadDataDir });
  },

  // Not `execProtocolRaw`, which keeps what it has answered for ever, for `execProtocol` to parse.
  async request(bytes) {
    const parts = [];
    await db.execProtocolRawStream(bytes, { onRawData: (part) => void parts.push(part.slice()) });
    return parts.length === 1 ? parts[0] : new Uint8Array(Buffer.concat(parts));
  },

  async dump() {
    return new Uint8Array(await (await db.dumpDataDir('gzip')).arrayBuffer());
  },

  async close() {
    await db?.close();
  },
};

let turn = Promise.resolve();
port.on('message', (message) => {
  waiting += 1;
  turn = turn.then(() => serve(message));
});

/** One message, and those that follow it closely. */
async function serve(message) {
  waiting -= 1;
  for (let next = message; next; next = followUp()) {
    const answer = await ACTS[next.act](next.argument);
    port.postMessage(answer, answer ? [answer.buffer] : []);
    if (next.act === 'close') return port.close();
  }
}

/** See `PATIENCE_MS`. */
function followUp() {
  const until = performance.now() + patienceMs;
  while (waiting === 0 && performance.now() < until) {
    const received = receiveMessageOnPort(port);
    if (received) return received.message;
  }
  return undefined;
}
