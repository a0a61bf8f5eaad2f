import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DIST } from './harness/built-package';
import { isAlive, launcher, startRealEngine, stopProcess, until } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf } from './harness/run-workflow';

// Some tests start two engines, and the machine may be busy.
jest.setTimeout(120_000);

/** The launcher with real engines, each in a folder of its own. */
const run = promisify(execFile);
const started = new Set<number>();
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'blueticks-launcher-'));
});
afterEach(async () => {
  await Promise.all([...started].map((pid) => stopProcess(pid)));
  started.clear();
  rmSync(dataDir, { recursive: true, force: true });
});

const engineFile = (): { pid: number; url: string; version: string } =>
  JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as {
    pid: number;
    url: string;
    version: string;
  };

async function find() {
  const engine = await launcher.findOrStartEngine({ dataDir });
  started.add(engine.pid);
  return engine;
}

const findProgram = (from: string): string => `require(${JSON.stringify(join(from, 'engine', 'launcher'))})
    .findOrStartEngine({ dataDir: ${JSON.stringify(dataDir)} })
    .then((engine) => console.log(JSON.stringify(engine)), (error) => { console.log(error.message); process.exit(1); })`;

/** The launcher in a process of its own, as another n8n process has it; `command` is n8n's own, such as "worker". */
async function findElsewhere(environment: NodeJS.ProcessEnv = {}, from = DIST, command = 'start') {
  const { stdout } = await run(process.execPath, ['-e', findProgram(from), 'n8n', command], {
    env: { ...process.env, ...environment },
  });
  const engine = JSON.parse(stdout) as { pid: number; baseUrl: string };
  started.add(engine.pid);
  return engine;
}

async function failure(environment: NodeJS.ProcessEnv, from?: string, command?: string): Promise<string> {
  return await findElsewhere(environment, from, command).then(
    () => 'it started',
    (error: { stdout: string }) => error.stdout,
  );
}

/** Makes every engine that is started note itself, also one that ends at once. */
function startsOf(): { environment: NodeJS.ProcessEnv; pids: () => number[] } {
  const [hook, notes] = [join(dataDir, 'note-start.cjs'), join(dataDir, 'starts')];
  const note = `require('node:fs').appendFileSync(${JSON.stringify(notes)}, process.pid + '\\n')`;
  writeFileSync(hook, `if (process.argv[2] === 'serve') ${note};`);
  return {
    environment: { NODE_OPTIONS: `--require ${hook}` },
    pids: () => readFileSync(notes, 'utf8').trim().split('\n').map(Number),
  };
}

test('three processes at once get one and the same engine, and so does a later one', async () => {
  const { environment, pids } = startsOf();
  const engines = await Promise.all([1, 2, 3].map(() => findElsewhere(environment)));
  expect(new Set(engines.map(({ pid }) => pid)).size).toBe(1);
  expect((await find()).pid).toBe(engines[0]!.pid);
  // One that found its port taken has ended, and another took its place; none was started for a folder in use.
  expect(pids().filter(isAlive)).toEqual([engines[0]!.pid]);
  expect(readFileSync(join(dataDir, 'engine.log'), 'utf8')).not.toContain('in use by another engine');
});

test('goes on where the process that was starting the engine was killed', async () => {
  const { environment, pids } = startsOf();
  const killed = execFile(process.execPath, ['-e', findProgram(DIST)], {
    env: { ...process.env, ...environment },
  });
  await until(() => existsSync(join(dataDir, 'starts')));
  killed.kill('SIGKILL');
  const { pid } = await findElsewhere(environment);
  expect(pids().filter(isAlive)).toEqual([pid]);
});

test('many calls of one process start one engine, and get one key for each mode', async () => {
  const ask = (mode: 'live' | 'test') => launcher.bundledConnection({ dataDir, mode });
  const connections = await Promise.all([ask('test'), ask('test'), ask('live'), ask('test')]);
  started.add(engineFile().pid);
  expect(new Set(connections.map(({ baseUrl }) => baseUrl)).size).toBe(1);
  expect(new Set(connections.map(({ apiKey }) => apiKey)).size).toBe(2);
  expect(connections[0]!.apiKey).toMatch(/^bt_test_/);
  expect(connections[2]!.apiKey).toMatch(/^bt_live_/);
});

test('what only its owner may see is only for its owner', async () => {
  await find();
  for (const name of ['engine.json', 'engine.log']) {
    expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
  }
});

test('takes another port when 7717 is taken', async () => {
  const blocker = createServer();
  const listens = () =>
    new Promise<boolean>((resolve) => {
      blocker.once('error', () => resolve(false));
      blocker.listen(7717, '127.0.0.1', () => resolve(true));
    });
  // Another test's engine may have it and leave any moment; one that stays does as well as the blocker.
  await until(listens, 30_000).catch(() => undefined);
  try {
    const { baseUrl } = await find();
    expect(baseUrl).not.toMatch(/:7717$/);
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
  } finally {
    blocker.close();
  }
});

test('starts anew where the folder tells of an engine that is no more', async () => {
  const stranger = createServer((_, response) => response.end(JSON.stringify({ status: 'ok', pid: 1 })));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const left = {
    url,
    pid: 999_999,
    version: '9.9.9',
    control_token: 'x',
    started_at: new Date().toISOString(),
  };
  writeFileSync(join(dataDir, 'engine.json'), JSON.stringify(left));
  try {
    expect((await find()).baseUrl).not.toBe(url);
  } finally {
    stranger.close();
  }
});

test('an engine of an earlier version leaves, and this version’s takes its place', async () => {
  const old = await find();
  writeFileSync(join(dataDir, 'engine.json'), JSON.stringify({ ...engineFile(), version: '0.0.9' }));
  const { pid } = await findElsewhere();
  expect(pid).not.toBe(old.pid);
  expect(isAlive(old.pid)).toBe(false);
});

test('waits for an engine that is leaving, then starts another', async () => {
  const first = await find();
  process.kill(first.pid, 'SIGTERM');
  const { pid } = await findElsewhere();
  expect(pid).not.toBe(first.pid);
});

test('a node goes on when its engine was killed between two runs', async () => {
  const engine = await startRealEngine();
  started.add(engine.pid);
  const send = {
    name: 'Send',
    type: 'blueticks' as const,
    parameters: { resource: 'message', operation: 'send', to: '+15005550001', text: 'Hello' },
  };
  const workflow = workflowOf([source([{ json: {} }]), send]);
  expect(jsonOf(await runWorkflow(workflow, engine.bundled), 'Send')).toHaveLength(1);
  await stopProcess(engine.pid, 'SIGKILL');
  expect(jsonOf(await runWorkflow(workflow, engine.bundled), 'Send')[0]).toMatchObject({ text: 'Hello' });
  const { pid } = await launcher.findOrStartEngine({ dataDir: launcher.n8nDataDir() });
  started.add(pid);
  expect(pid).not.toBe(engine.pid);
});

test.each(['worker', 'webhook'])('an n8n %s uses the engine that runs, and starts none', async (command) => {
  const message = await failure({}, DIST, command);
  expect(message).toContain(`This is an n8n ${command} in queue mode, and no engine runs on its machine`);
  expect(message).toContain('set "Engine" to "At a URL"');
  expect(existsSync(join(dataDir, 'engine.log'))).toBe(false);
  const { pid } = await find();
  expect((await findElsewhere({}, DIST, command)).pid).toBe(pid);
});

test('a start that fails tells what the engine said, where its log is, and the other way', async () => {
  const message = await failure({ BLUETICKS_LOG_LEVEL: 'loud' });
  expect(message).toContain('BLUETICKS_LOG_LEVEL is "loud"');
  expect(message).toContain(join(dataDir, 'engine.log'));
  expect(message).toContain('choose "At a URL" in the credential');
});

test('the secrets and the database of n8n stay with n8n', async () => {
  const secret = 'n8n-secret-value';
  const { pid } = await findElsewhere({
    N8N_ENCRYPTION_KEY: secret,
    DB_POSTGRESDB_PASSWORD: secret,
    DATABASE_URL: `postgres://n8n:${secret}@127.0.0.1:1/n8n`,
  });
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(secret);
});

test('says so when the engine is not there, or its folder cannot be made', async () => {
  const lone = join(dataDir, 'dist', 'engine');
  cpSync(join(DIST, 'engine'), lone, { recursive: true });
  rmSync(join(lone, 'cli'), { recursive: true });
  expect(await failure({}, join(dataDir, 'dist'))).toContain('Reinstall the package n8n-nodes-blueticks');

  writeFileSync(join(dataDir, 'file'), '');
  dataDir = join(dataDir, 'file', 'folder');
  expect(await failure({})).toContain('cannot be written');
  dataDir = join(dataDir, '..', '..');
});
