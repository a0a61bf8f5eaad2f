import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent, createServer, get, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/engine/until';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { readEngineFile } from '../../../engine/data-folder/engine-file';
import {
  documentOf,
  PROGRAM,
  run,
  serve,
  SLOW_MS,
  start,
  type Serving,
} from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

describe('serve', () => {
  let folder: TempFolder;
  let engine: Serving | null;
  let server: Server | null;
  beforeEach(async () => {
    engine = null;
    server = null;
    folder = await tempFolder('serve');
  });
  afterEach(async () => {
    engine?.kill('SIGKILL');
    await engine?.ended;
    server?.closeAllConnections();
    server?.close();
    await folder.remove();
  });

  async function listen(onRequest: Parameters<typeof createServer>[1]): Promise<number> {
    const made = createServer(onRequest!);
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return (made.address() as AddressInfo).port;
  }

  /** Sends a message whose events go to `port`. */
  async function sendWithWebhook({ dataDir, url }: Serving, port: number): Promise<void> {
    const { key } = documentOf(
      await run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', dataDir]),
    );
    const post = async (path: string, body: object): Promise<void> => {
      const response = await fetch(`${url}/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(201);
    };
    await post('/webhooks', { url: `http://127.0.0.1:${port}/`, events: ['message.sent'] });
    await post('/messages', { type: 'text', to: '+15005550003', text: 'x' });
  }

  it('says where it listens, where its data is and how to go on; SIGTERM ends it with 0', async () => {
    const running = start([], {
      BLUETICKS_DATA_DIR: folder.path,
      BLUETICKS_PORT: '0',
      BLUETICKS_LOG_LEVEL: 'info',
    });
    const url = await until(
      'it listens',
      () => /http:\/\/127\.0\.0\.1:\d+/.exec(running.output())?.[0],
      60_000,
    );
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    running.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`Listens on     ${url} `);
    expect(stdout).toContain(`Data in        ${folder.path} `);
    expect(stdout).toContain('npx n8n-nodes-blueticks keys create --mode test');
    expect(stdout).toContain('Link a number');
    // The log has its own stream, with JSON lines only.
    for (const line of stderr.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });

  it('prints one document with --json; SIGINT ends it too', async () => {
    engine = await serve(folder.path);
    engine.kill('SIGINT');
    const end = await engine.ended;
    expect(end.code).toBe(0);
    expect(documentOf(end)).toEqual({
      url: engine.url,
      pid: engine.pid,
      version: expect.any(String),
      data_dir: folder.path,
      database: 'embedded',
      queue: 'database',
    });
  });

  it('stops at once with 4 if its data folder is removed', async () => {
    engine = await serve(folder.path);
    await folder.remove();
    const { code, stderr } = await engine.ended;
    expect(code).toBe(4);
    expect(stderr).toBe(
      `The data folder ${folder.path} was removed or taken over. This engine stops at once.\n`,
    );
  });

  it('refuses a second engine on the same folder with 4; the first keeps running', async () => {
    engine = await serve(folder.path);
    const { code, stdout, stderr } = await run(['--data-dir', folder.path, '--port', '0']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^The data folder ${folder.path} is in use .*process ${engine.pid}`));
    expect(stderr).toContain('BLUETICKS_DATA_DIR');
    expect(stderr.trimEnd()).not.toContain('\n');
    expect((await fetch(`${engine.url}/readyz`)).status).toBe(200);
  });

  it('ends with 6 if the port is taken, and leaves the folder free', async () => {
    const port = await listen((_request, response) => response.end());
    const args = ['--data-dir', folder.path, '--log-level', 'silent'];
    const { code, stderr } = await run([...args, '--port', `${port}`]);
    expect(stderr).toBe(
      `Port ${port} of 127.0.0.1 is taken by another program. Stop that program, or set BLUETICKS_PORT to another port.\n`,
    );
    expect(code).toBe(6);
    engine = await serve(folder.path);
  });

  it.each([
    [
      '--database-url',
      'postgres://u:geheim@127.0.0.1:1/x',
      5,
      /^The database cannot be reached.*ECONNREFUSED/,
    ],
    ['--redis-url', 'redis://:geheim@127.0.0.1:1', 5, /^Redis \(REDIS_URL\) cannot be reached/],
    ['--host', '203.0.113.7', 3, /^BLUETICKS_HOST is "203.0.113.7", which is not an address of this machine/],
  ])('%s %s: ends with %i', async (flag, value, exitCode, message) => {
    const args = ['--data-dir', folder.path, '--port', '0', '--log-level', 'silent'];
    const { code, stdout, stderr } = await run([...args, flag, value]);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('geheim');
  });

  it('ends with 7 if the data folder is a file', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    const { code, stderr } = await run(['--data-dir', join(file, 'below'), '--port', '0']);
    expect(stderr).toMatch(
      /^The data folder cannot be used: ENOTDIR.*BLUETICKS_DATA_DIR to another folder\.\n$/,
    );
    expect(code).toBe(7);
  });

  it('finishes a running delivery after SIGTERM', async () => {
    let [asked, answered] = [0, 0];
    const port = await listen((_request, response) => {
      asked += 1;
      setTimeout(() => {
        answered += 1;
        response.end();
      }, 1_500);
    });
    engine = await serve(folder.path);
    await sendWithWebhook(engine, port);
    await until('the delivery is under way', () => asked > 0);
    const { code } = await engine.stop();
    expect({ code, answered }).toEqual({ code: 0, answered: 1 });
  });

  it('ends within 5 s with 0 and no lock, whatever its clients and receivers do', async () => {
    let asked = 0;
    // A receiver that never answers.
    const port = await listen(() => (asked += 1));
    engine = await serve(folder.path);
    await sendWithWebhook(engine, port);
    await until('the delivery is under way', () => asked > 0);
    const { hostname, port: enginePort } = new URL(engine.url);
    const agent = new Agent({ keepAlive: true });
    const sockets: Socket[] = [];
    for (let client = 0; client < 3; client += 1) {
      // One that asked and keeps its connection, and one that is in the middle of a request.
      await new Promise((resolve) =>
        get({ hostname, port: enginePort, path: '/healthz', agent }, (answer) =>
          answer.resume().on('end', resolve),
        ),
      );
      const socket = connect(Number(enginePort), hostname).on('error', () => undefined);
      sockets.push(socket);
      socket.write(
        'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{',
      );
      await once(socket, 'ready');
    }
    const began = process.hrtime.bigint();
    const { code } = await engine.stop();
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    expect({ code, quick: seconds < 5 || seconds }).toEqual({ code: 0, quick: true });
    expect(existsSync(join(folder.path, 'engine.lock'))).toBe(false);
    expect(existsSync(join(folder.path, 'engine.json'))).toBe(false);
    agent.destroy();
    for (const socket of sockets) socket.destroy();
  });

  it('lives on when its log cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(
      process.execPath,
      [PROGRAM, 'serve', '--port', '0', '--data-dir', folder.path, '--log-level', 'trace'],
      { stdio: ['ignore', full, full], env: { PATH: process.env['PATH'] } },
    );
    closeSync(full);
    const exited = once(child, 'exit');
    try {
      const found = await until('it runs', () => readEngineFile(folder.path), 60_000);
      for (let count = 0; count < 50; count += 1) {
        // Each is logged.
        await fetch(`${found.url}/v1/messages`, { method: 'POST' });
      }
      expect((await fetch(`${found.url}/healthz`)).status).toBe(200);
      child.kill('SIGTERM');
      expect((await exited)[0]).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('ends at once on a second signal', async () => {
    let asked = 0;
    const port = await listen(() => (asked += 1));
    engine = await serve(folder.path);
    await sendWithWebhook(engine, port);
    await until('the delivery is under way', () => asked > 0);
    engine.kill('SIGTERM');
    // The system merges two signals that come together.
    await sleep(700);
    engine.kill('SIGTERM');
    // After the delivery it would be 0.
    expect((await engine.ended).code).toBe(143);
  });
});
