import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../../engine/cli/exit-codes';
import { VARIABLES } from '../../../engine/config';
import { until } from '../../support/engine/until';
import { freePort, type ChildServer } from '../../support/servers/child-server';
import { freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { startRedisServer } from '../../support/servers/redis-server';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { neededVariables, readCompose, readImage, readUnit, type Service } from './read-files';

/*
 * No Docker and no systemd here. So the files are read, and the processes that they describe are started with the same
 * environment and the same command, as a user who can write nowhere but where the file says.
 */

jest.setTimeout(180_000);

const ROOT = join(__dirname, '..', '..', '..');
/** `nobody`; who is not root cannot become it, and can write in few places anyway. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const IMAGE = readImage();

const jsonOf = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('deployment');
  chmodSync(folder.path, 0o755);
});
afterAll(() => folder.remove());

interface Container {
  url: string;
  dataDir: string;
  healthy(): Promise<boolean>;
  /** As `docker stop` does. @returns its exit code */
  stop(): Promise<number | null>;
}

/** The process of a service's container. @param hosts where the other services are */
async function startContainer(
  service: Service,
  name: string,
  hosts: Record<string, string>,
): Promise<Container> {
  const dataDir = folderFor(name);
  const port = await freePort();
  const declared = { ...IMAGE.environment, ...service.environment };
  const env: Record<string, string> = { PATH: process.env['PATH']!, HOME: '/nonexistent' };
  for (const [variable, value] of Object.entries(declared)) {
    env[variable] = Object.entries(hosts).reduce((text, [from, to]) => text.replace(from, to), String(value));
  }
  Object.assign(env, { BLUETICKS_DATA_DIR: dataDir, BLUETICKS_HOST: '127.0.0.1', BLUETICKS_PORT: `${port}` });
  const run = (command: string[]) => {
    const [program, ...args] = command.map((word) => word.replace(/^\/engine\//, `${ROOT}/`));
    return spawn(program === 'node' ? process.execPath : program!, args, { env, cwd: '/', ...NOBODY });
  };
  const child = run(IMAGE.command);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const healthy = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`The engine ended with ${child.exitCode}: ${output}`);
    const [code] = (await once(run(IMAGE.healthCheck), 'exit')) as [number | null];
    return code === 0;
  };
  await until('the container is healthy', healthy, 90_000).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    healthy,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

function folderFor(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (NOBODY.uid !== undefined) chownSync(path, NOBODY.uid, NOBODY.gid);
  return path;
}

/** A key that a command in the container makes. */
async function createKey({ dataDir }: Container, env: Record<string, string> = {}): Promise<string> {
  const args = [join(ROOT, 'dist/engine/cli/main.js'), 'keys', 'create', '--mode', 'test', '--json'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', BLUETICKS_DATA_DIR: dataDir, ...env },
    ...NOBODY,
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  await once(child, 'close');
  return (JSON.parse(output) as { key: string }).key;
}

const ask = async (url: string, key: string, path: string, body?: object) =>
  (await (
    await fetch(url + path, {
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    })
  ).json()) as Record<string, unknown>;

describe('The image', () => {
  it('is not run as root, and writes to one volume', () => {
    expect(IMAGE.user).toBe('node');
    expect(IMAGE.volumes).toEqual(['/data']);
    expect(IMAGE.environment['BLUETICKS_DATA_DIR']).toBe('/data');
    expect(Number(/^node:(\d+)/.exec(IMAGE.base)?.[1])).toBeGreaterThanOrEqual(22);
    for (const path of IMAGE.copied) expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  });

  it('has settings that the engine knows', () => {
    const services = [
      readCompose('compose.embedded.yml').services['engine']!,
      readCompose('compose.queue.yml', anyValues()).services['engine']!,
    ];
    const names = [IMAGE.environment, ...services.map(({ environment = {} }) => environment)].flatMap(
      Object.keys,
    );
    expect(names.filter((name) => name !== 'NODE_ENV' && !(name in VARIABLES))).toEqual([]);
  });

  it('needs no compiler on Alpine: what is native comes built for musl', () => {
    const lock = jsonOf('package-lock.json') as {
      packages: Record<
        string,
        { os?: string[]; hasInstallScript?: boolean; dev?: boolean; optional?: boolean }
      >;
    };
    const runtime = Object.entries(lock.packages).filter(([, { dev }]) => !dev);
    expect(runtime.map(([path]) => path)).toContain('node_modules/@img/sharp-linuxmusl-x64');
    // Install scripts do not run in the image. Those that there are only choose or build what the package already holds.
    const scripts = runtime.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(scripts.filter((path) => !/(sharp|msgpackr-extract|protobufjs|baileys)$/.test(path))).toEqual([]);
  });
});

const anyValues = (): Record<string, string> =>
  Object.fromEntries(neededVariables('compose.queue.yml').map((name) => [name, 'ab'.repeat(32)]));

describe.each(['compose.embedded.yml', 'compose.queue.yml'])('%s', (name) => {
  const { services, volumes, configs = {} } = readCompose(name, anyValues());

  it('refers only to services, volumes, files and variables that there are', () => {
    for (const service of Object.values(services)) {
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
      for (const volume of service.volumes ?? []) expect(volumes).toHaveProperty(volume.split(':')[0]!);
      for (const { source } of service.configs ?? []) expect(configs).toHaveProperty(source);
      if (!service.build) continue;
      expect(existsSync(join(ROOT, 'docs/deployment', service.build.context, service.build.dockerfile))).toBe(
        true,
      );
    }
  });

  it('gives engines a read-only root and time to stop', () => {
    const { engine } = services;
    expect(engine).toMatchObject({ read_only: true, stop_grace_period: '30s' });
    expect([...(engine!.tmpfs ?? []), ...(engine!.volumes ?? [])].join()).toMatch(/\/data/);
  });
});

describe('Processes of the compose files', () => {
  it('send with an engine that has its data in a volume, healthy until it is stopped', async () => {
    const { engine } = readCompose('compose.embedded.yml').services;
    const container = await startContainer(engine!, 'embedded', {});
    const key = await createKey(container);
    const sent = await ask(container.url, key, '/v1/messages', {
      type: 'text',
      to: '+15005550001',
      text: 'Hi',
    });
    await until('it is delivered', async () => {
      const message = await ask(container.url, key, `/v1/messages/${String(sent['id'])}`);
      return message['delivered_at'];
    });
    expect(readdirSync(container.dataDir)).toEqual(expect.arrayContaining(['database', 'encryption.key']));
    expect(await container.stop()).toBe(0);
  });

  describe('in queue mode', () => {
    let database: FreshDatabase;
    let redis: ChildServer;
    beforeAll(async () => {
      database = await freshDatabase('postgres');
      redis = await startRedisServer();
    });
    afterAll(async () => {
      await database.cleanup();
      await redis.stop();
    });

    it('are two engines on one PostgreSQL and Redis: either answers for both', async () => {
      const password = 'ab'.repeat(32);
      const { services, configs } = readCompose('compose.queue.yml', anyValues());
      expect(configs!['blueticks-database']!.content).toBe('CREATE DATABASE blueticks;');
      const hosts = {
        [`postgresql://postgres:${password}@postgres:5432/blueticks`]: database.url!,
        'redis://redis:6379': redis.url,
      };
      const engines = await Promise.all(
        Array.from({ length: services['engine']!.deploy!.replicas }, (_, nth) =>
          startContainer(services['engine']!, `queue-${nth}`, hosts),
        ),
      );
      expect(engines).toHaveLength(2);
      const [one, two] = engines as [Container, Container];
      const key = await createKey(one, { DATABASE_URL: database.url! });
      const sent = await ask(one.url, key, '/v1/messages', { type: 'text', to: '+15005550001', text: 'Hi' });
      // Its owner may be either; it goes on with the other.
      await until(
        'it is delivered',
        async () => (await ask(two.url, key, `/v1/messages/${String(sent['id'])}`))['delivered_at'],
      );
      expect(await one.stop()).toBe(0);
      const next = await ask(two.url, key, '/v1/messages', { type: 'text', to: '+15005550001', text: 'Hi' });
      await until(
        'the other goes on',
        async () => (await ask(two.url, key, `/v1/messages/${String(next['id'])}`))['delivered_at'],
      );
      expect(await two.stop()).toBe(0);
    });

    it('run n8n with the settings that the tests in a real n8n use', async () => {
      const { 'n8n-worker': worker, n8n } = readCompose('compose.queue.yml', anyValues()).services;
      const { QueueMode } = (await import('../../n8n/server/queue-mode.mjs' as string)) as {
        QueueMode: { prototype: { settings(): Record<string, string> } };
      };
      const tested = QueueMode.prototype.settings.call({
        postgres: { url: 'postgresql://postgres@postgres:5432/n8n' },
        redis: { url: 'redis://redis:6379' },
        address: 'http://n8n:5678/',
      });
      expect(n8n!.environment).toMatchObject(tested);
      expect(worker).toMatchObject({ environment: n8n!.environment, command: 'worker --concurrency=5' });
    });
  });
});

describe('The systemd unit', () => {
  const { Service: service } = readUnit('blueticks-engine.service');

  it('starts what is installed, and keeps its data where it may write', () => {
    const manifest = jsonOf('package.json') as { bin: Record<string, string> };
    expect(service!['ExecStart']![0]).toMatch(
      new RegExp(`^/usr/bin/node /.*/n8n-nodes-blueticks/${manifest.bin['blueticks-engine']} serve$`),
    );
    expect(service!['Environment']![0]).toContain(
      `BLUETICKS_DATA_DIR=/var/lib/${service!['StateDirectory']![0]}`,
    );
    expect(service).toMatchObject({
      ProtectSystem: ['strict'],
      User: ['blueticks'],
      NoNewPrivileges: ['yes'],
    });
    // WebAssembly and V8 make code at run time.
    expect(service).not.toHaveProperty('MemoryDenyWriteExecute');
  });

  it('restarts after what passes by itself, and not after what needs a person', () => {
    const never = service!['RestartPreventExitStatus']![0]!.split(' ').map(Number);
    const { usage, bad_setting, data_folder_in_use, port_taken, data_folder_unusable } = EXIT;
    expect(never).toEqual([usage, bad_setting, data_folder_in_use, port_taken, data_folder_unusable]);
    expect(Number(service!['TimeoutStopSec']![0])).toBeGreaterThan(25);
  });
});
