import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the engine ended with ${code}`)));
    });
  const ask = (question) => {
    const answered = answer();
    child.send(question);
    return answered;
  };
  const forkedAt = performance.now();
  const { url, key } = await answer();
  const startMs = performance.now() - forkedAt;

  async function call(method, path, body) {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const json = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  }

  return {
    call,
    startMs,
    lateness: async () => (await ask('lateness')).lateness,
    memory: async () => (await ask('memory')).rss,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.send('stop');
      await ended;
    },
  };
}
