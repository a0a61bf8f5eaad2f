import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';

const CHILD = fileURLToPath(new URL('./engine-child.mjs', import.meta.url));

/** Starts an engine on `dataDir` in a process of its own; answers when it listens. */
export async function startEngine(dataDir, env = {}) {
  const child = fork(CHILD, {
    env: {
      ...process.env,
      BLUETICKS_DATA_DIR: dataDir,
      BLUETICKS_PORT: '0',
      BLUETICKS_LOG_LEVEL: 'error',
      BLUETICKS_RATE_LIMIT: 'off',
      BLUETICKS_PACING: 'off',
      BLUETICKS_SANDBOX_SPEED: '20',
      ...env,
    },
    execArgv: [
      '--expose-gc',
      ...(process.env.BENCH_PROFILE ? ['--cpu-prof', '--cpu-prof-dir', process.env.BENCH_PROFILE] : []),
    ],
  });
  const answer = () =>
    new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`the engine ended with ${code}`));
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        resolve(message);
      });
    });
  const ask = (question) => {
    const answered = answer();
    child.send(question);
    return answered;
  };
  const forkedAt = performance.now();
  const { url, key, sinceListeningMs } = await answer();
  const startMs = performance.now() - forkedAt;
  const listeningMs = startMs - sinceListeningMs;

  const clients = [];
  /** A caller with a connection of its own; the leanest client there is, as what is measured is the engine. */
  function connect() {
    const client = new Client(url, { headersTimeout: 0, bodyTimeout: 0 });
    clients.push(client);
    return async function call(method, path, body, type = 'application/json') {
      const headers = { authorization: `Bearer ${key}`, 'content-type': type };
      const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const response = await client.request({ method, path, headers, body: sent });
      const json = await response.body.json();
      if (response.statusCode >= 300)
        throw new Error(`${method} ${path}: ${response.statusCode} ${JSON.stringify(json)}`);
      return json;
    };
  }

  return {
    call: connect(),
    connect,
    pid: child.pid,
    startMs,
    listeningMs,
    lateness: async () => (await ask('lateness')).lateness,
    memory: async () => (await ask('memory')).rss,
    /** Processor time since the start, of all threads. */
    processorMs: async () => (await ask('processor')).ms,
    /** The longest that the event loop was blocked since this was last asked. */
    longestBlockMs: async () => (await ask('loop')).longestMs,
    /** Ends it without a word. */
    kill() {
      child.kill('SIGKILL');
    },
    async stop() {
      for (const client of clients) await client.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.send('stop');
      await ended;
    },
  };
}
