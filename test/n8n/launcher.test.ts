import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/engine/until';
import { DIST } from './harness/built-package';
import { LocalServer, reply } from './harness/local-server';
import { isAlive, launcher, startRealEngine, stopProcess } from './harness/real-engine';
import { jsonOf, runWorkflow, source, workflowOf } from './harness/run-workflow';
import { step } from './harness/steps';

/**
 * The launcher with real engines. Starting one is what takes time, so most tests use the engine of one folder, whichever
 * process that is by then: none of them depends on another.
 */
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'blueticks-launcher-'));
const started = new Set<number>();

interface Found {
  pid: number;
  baseUrl: string;
}

interface Elsewhere {
  environment?: NodeJS.ProcessEnv;
  /** The built package to use. */
  dist?: string;
  /** How n8n was started: `start`, `worker` or `webhook`. */
  command?: string;
}

const findScript = (dataDir: string, dist: string): string => `
  require(${JSON.stringify(join(dist, 'engine', 'launcher'))})
    .findOrStartEngine({ dataDir: ${JSON.stringify(dataDir)} })
    .then((engine) => console.log(JSON.stringify(engine)), (error) => { console.log(error.message); process.exit(1); })`;

/** Uses the launcher in another process, as another n8n process does. */
async function findElsewhere(dataDir: string, options: Elsewhere = {}): Promise<Found> {
  const { environment = {}, dist = DIST, command = 'start' } = options;
  const { stdout } = await run(process.execPath, ['-e', findScript(dataDir, dist), 'n8n', command], {
    env: { ...process.env, ...environment },
  });
  const engine = JSON.parse(stdout) as Found;
  started.add(engine.pid);
  return engine;
}

/** The message of the error when the engine cannot be found or started. */
async function failureElsewhere(dataDir: string, options: Elsewhere): Promise<string> {
  return await findElsewhere(dataDir, options).then(
    () => 'it started',
    (error: { stdout: string }) => error.stdout,
  );
}

/** Makes every engine that starts note its process id, even one that ends at once. */
function noteStarts(dataDir: string): { environment: NodeJS.ProcessEnv; pids: () => number[] } {
  mkdirSync(dataDir, { recursive: true });
  const [hook, notes] = [join(dataDir, 'note-start.cjs'), join(dataDir, 'starts')];
  const note = `require('node:fs').appendFileSync(${JSON.stringify(notes)}, process.pid + '\\n')`;
  writeFileSync(hook, `if (process.argv[2] === 'serve') ${note};`);
  const pids = (): number[] =>
    existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n').map(Number) : [];
  return { environment: { NODE_OPTIONS: `--require ${hook}` }, pids };
}

afterAll(async () => {
  await Promise.all([...started].map((pid) => stopProcess(pid, 'SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

describe('one engine for all of n8n', () => {
  const dataDir = launcher.n8nDataDir();
  const SECRET = 'n8n-secret-value';
  /** Another user's program that listens where a killed engine did, and knows its process id. */
  const stranger = new LocalServer((request, response) => {
    heard.push(request);
    return reply(response, 200, { status: 'ok', pid: 999_999 });
  });
  const heard: IncomingMessage[] = [];
  const blocker = createServer();
  const { environment, pids } = noteStarts(dataDir);
  let first: Found[];

  const find = async (): Promise<Found> => {
    const engine = await launcher.findOrStartEngine({ dataDir });
    started.add(engine.pid);
    return engine;
  };

  beforeAll(async () => {
    const url = await stranger.listen();
    const left = {
      url,
      pid: 999_999,
      version: '9.9.9',
      control_token: 'x',
      started_at: '2026-01-01T00:00:00Z',
    };
    writeFileSync(join(dataDir, 'engine.json'), JSON.stringify(left));
    // If something else on this machine has the port, that serves the purpose as well.
    await new Promise<void>((resolve) => {
      blocker.once('error', () => resolve());
      blocker.listen(7717, '127.0.0.1', () => resolve());
    });
    const secrets = {
      N8N_ENCRYPTION_KEY: SECRET,
      DB_POSTGRESDB_PASSWORD: SECRET,
      DATABASE_URL: `postgres://n8n:${SECRET}@127.0.0.1:1/n8n`,
    };
    const three = [1, 2, 3].map(() =>
      findElsewhere(dataDir, { environment: { ...environment, ...secrets } }),
    );
    first = await Promise.all(three);
  });
  afterAll(() => {
    stranger.close();
    blocker.close();
  });

  it('gives three processes that start at once the same engine', async () => {
    expect(new Set(first.map(({ pid }) => pid)).size).toBe(1);
    // The one that found its port in use has ended. None was started on a folder in use.
    await until('only one engine runs', () => pids().filter(isAlive).length === 1);
    expect(pids()).toContain(first[0]!.pid);
    expect(readFileSync(join(dataDir, 'engine.log'), 'utf8')).not.toContain('in use by another engine');
  });

  it('starts an engine if another program answers at the URL of a dead one, and tells it nothing', () => {
    expect(first[0]!.baseUrl).not.toBe(stranger.url);
    expect(heard.length).toBeGreaterThan(0);
    for (const { headers, url } of heard) {
      expect(url).toMatch(/^\/control\/challenge\?nonce=/);
      expect(headers.authorization).toBeUndefined();
    }
  });

  it('uses another port if 7717 is in use', async () => {
    expect(first[0]!.baseUrl).not.toMatch(/:7717$/);
    const { baseUrl } = await find();
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
  });

  it('keeps the secrets and the database of n8n from the engine', async () => {
    const { pid } = await find();
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(SECRET);
  });

  it('lets only the owner read the files of the engine', async () => {
    await find();
    for (const name of ['engine.json', 'engine.log']) {
      expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
    }
  });

  it('gives many calls of one process the same engine, and one key for each mode', async () => {
    const connect = (mode: 'live' | 'test') => launcher.bundledConnection({ dataDir, mode });
    const connections = await Promise.all([
      connect('test'),
      connect('test'),
      connect('live'),
      connect('test'),
    ]);
    const { baseUrl } = await find();
    expect(new Set(connections.map((each) => each.baseUrl))).toEqual(new Set([baseUrl]));
    expect(new Set(connections.map(({ apiKey }) => apiKey)).size).toBe(2);
    expect(connections[0]!.apiKey).toMatch(/^bt_test_/);
    expect(connections[2]!.apiKey).toMatch(/^bt_live_/);
  });

  it.each(['worker', 'webhook'])('lets an n8n %s use the running engine', async (command) => {
    const { pid } = await find();
    expect((await findElsewhere(dataDir, { command })).pid).toBe(pid);
  });

  it('replaces an engine of an earlier version', async () => {
    const old = await find();
    const file = JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as object;
    writeFileSync(join(dataDir, 'engine.json'), JSON.stringify({ ...file, version: '0.0.9' }));
    const { pid } = await findElsewhere(dataDir);
    expect(pid).not.toBe(old.pid);
    expect(isAlive(old.pid)).toBe(false);
    launcher.forgetProbe(dataDir);
  });

  it('waits for an engine that is stopping, then starts another', async () => {
    const stopping = await find();
    process.kill(stopping.pid, 'SIGTERM');
    const { pid } = await findElsewhere(dataDir);
    expect(pid).not.toBe(stopping.pid);
    launcher.forgetProbe(dataDir);
  });

  it('starts the engine again for a node if it was killed between two runs', async () => {
    const engine = await startRealEngine();
    started.add(engine.pid);
    const send = step('message', 'send', { to: '+15005550001', text: 'Hello' });
    const workflow = workflowOf([source([{ json: {} }]), send]);
    expect(jsonOf(await runWorkflow(workflow, engine.bundled), 'send')).toHaveLength(1);
    await stopProcess(engine.pid, 'SIGKILL');
    expect(jsonOf(await runWorkflow(workflow, engine.bundled), 'send')[0]).toMatchObject({ text: 'Hello' });
    expect((await find()).pid).not.toBe(engine.pid);
  });
});

describe('a start that goes wrong', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(folder, 'data-'));
  });

  it('is taken over if the process that was starting the engine is killed', async () => {
    const { environment, pids } = noteStarts(dataDir);
    const killed = execFile(process.execPath, ['-e', findScript(dataDir, DIST)], {
      env: { ...process.env, ...environment },
    });
    await until('an engine is starting', () => pids().length > 0);
    killed.kill('SIGKILL');
    const { pid } = await findElsewhere(dataDir, { environment });
    await until('only one engine runs', () => pids().filter(isAlive).length === 1);
    expect(pids().filter(isAlive)).toEqual([pid]);
  });

  it('is not attempted by an n8n worker or webhook process', async () => {
    for (const command of ['worker', 'webhook']) {
      const message = await failureElsewhere(dataDir, { command });
      expect(message).toContain(`This is an n8n ${command} in queue mode, and no engine runs on its machine`);
      expect(message).toContain('set "Engine" to "At a URL"');
    }
    expect(existsSync(join(dataDir, 'engine.log'))).toBe(false);
  });

  it('shows the last output of the engine, where its log is, and the alternative', async () => {
    const message = await failureElsewhere(dataDir, { environment: { BLUETICKS_LOG_LEVEL: 'loud' } });
    expect(message).toContain('BLUETICKS_LOG_LEVEL is "loud"');
    expect(message).toContain(join(dataDir, 'engine.log'));
    expect(message).toContain('choose "At a URL" in the credential');
  });

  it('says that the program of the engine is missing', async () => {
    const dist = join(dataDir, 'dist');
    for (const part of ['launcher', 'data-folder', 'version.js']) {
      cpSync(join(DIST, 'engine', part), join(dist, 'engine', part), { recursive: true });
    }
    cpSync(join(DIST, '..', 'package.json'), join(dataDir, 'package.json'));
    expect(await failureElsewhere(dataDir, { dist })).toContain('Reinstall the package n8n-nodes-blueticks');
  });

  it('says that the folder cannot be written', async () => {
    writeFileSync(join(dataDir, 'file'), '');
    expect(await failureElsewhere(join(dataDir, 'file', 'folder'), {})).toContain('cannot be written');
  });
});
