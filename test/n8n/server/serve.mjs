// `npm run n8n [--folder <path>]`: an n8n of its own with the package as it is in this clone now, until Ctrl+C. Its
// workflows and credentials stay in its folder, so the next start has them too.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CACHE, ensureN8n } from './ensure-n8n.mjs';
import { installPackage } from './install-package.mjs';
import { freePort } from './n8n-process.mjs';
import { N8nServer, OWNER } from './n8n-server.mjs';
import { findRunningEngine } from './typescript-servers.mjs';
import { until } from './until.mjs';

/** Used if it is free, so that an open page can be reloaded after a restart. Not n8n's own port. */
const PORT = 5680;
const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { values } = parseArgs({ options: { folder: { type: 'string' } } });
const folder = values.folder ?? ownFolder();
const runFile = join(folder, 'n8n.json');
const dataDir = join(folder, '.n8n', 'blueticks');

/** Outside the clone: inside it, n8n would find the libraries of the clone instead of its own. */
function ownFolder() {
  const hash = createHash('sha256').update(checkout).digest('hex').slice(0, 8);
  return join(CACHE, `${basename(checkout)}-${hash}`);
}

async function serve() {
  mkdirSync(folder, { recursive: true });
  await refuseSecond();
  const paths = ensureN8n(console.log);
  console.log('Building and installing this clone.');
  installPackage(checkout, folder);
  await stopEngine();
  const server = new N8nServer(paths, folder, { settings: settings() });
  server.port = await freePort(PORT);
  server.brokerPort = await freePort();
  const stopped = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  try {
    await Promise.race([stopped, start(server).then(() => Promise.race([stopped, unexpectedEnd(server)]))]);
    console.log('Stopping n8n and its engine.');
  } finally {
    await server.stop();
    rmSync(runFile, { force: true });
    await stopEngine();
  }
}

async function start(server) {
  console.log('Starting n8n.');
  const started = server.start();
  // At once, so that the next run finds this n8n even if this script is killed.
  writeFileSync(runFile, JSON.stringify({ url: server.url, pid: server.child.pid }));
  await started;
  const { userManagement } = await server.rest('GET', '/rest/settings');
  if (userManagement.showSetupOnFirstLoad) await server.setUpOwner();
  console.log(`
n8n with the nodes of this clone:  ${server.url}
  email     ${OWNER.email}
  password  ${OWNER.password}

Press Ctrl+C to stop it. After an edit, stop it and run it again. Its data is in ${folder}.
`);
}

async function unexpectedEnd(server) {
  await server.exited;
  throw new Error(`n8n ended by itself. Its last output:\n${server.lastLines()}`);
}

/** Two n8n would share one database. Also finds an n8n that outlived this script. */
async function refuseSecond() {
  const { url, pid } = readRun();
  const answer = pid && isAlive(pid) && (await fetch(`${url}/healthz`).catch(() => undefined));
  if (answer?.ok)
    throw new Error(
      `The n8n of this clone already runs at ${url}. Stop it with Ctrl+C, or with: kill ${pid}`,
    );
}

function readRun() {
  try {
    return JSON.parse(readFileSync(runFile, 'utf8'));
  } catch {
    return {};
  }
}

/** The engine outlives n8n on purpose. Here it would go on with the code of before. */
async function stopEngine() {
  const engine = await findRunningEngine(dataDir);
  if (!engine) return;
  process.kill(engine.pid, 'SIGTERM');
  await until('the engine has ended', () => !isAlive(engine.pid));
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** As in an n8n that a person installs, with all settings of the engine from this shell. */
function settings() {
  return {
    BLUETICKS_SANDBOX_SPEED: undefined,
    BLUETICKS_PACING: undefined,
    GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('BLUETICKS_'))),
  };
}

serve().then(
  () => process.exit(),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
