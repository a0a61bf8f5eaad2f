// The package in a real n8n: packed, installed as n8n installs it, and used as a person uses it.
// node test/n8n/server/run.mjs — ends by itself with "N passed, M failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installChecks } from './checks/install.mjs';
import { resourceChecks } from './checks/resources.mjs';
import { sendingChecks } from './checks/sending.mjs';
import { templateChecks } from './checks/templates.mjs';
import { waitingChecks } from './checks/waiting.mjs';
import { EngineProcess } from './engine-process.mjs';
import { ensureN8n } from './ensure-n8n.mjs';
import { N8nServer } from './n8n-server.mjs';

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const data = { connection: 'bundled', mode: 'test' };
const counts = { passed: 0, failed: 0 };
let broken = false;
let server;

/** Each check builds on the ones before it: after a failure the rest are counted as failed, unrun. */
async function check(name, action) {
  const start = Date.now();
  try {
    if (broken) throw new Error('not run, because an earlier check failed');
    await action();
    counts.passed += 1;
    console.log(`ok    ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).replaceAll('\n', '\n      ')}`);
    if (!broken) console.log(server.lastLines());
    broken = true;
  }
}

const userFolder = mkdtempSync(join(tmpdir(), 'blueticks-n8n-server-'));
const engine = new EngineProcess(join(userFolder, '.n8n', 'blueticks'));

try {
  server = new N8nServer(ensureN8n(console.log), userFolder);
  await installChecks({ check, checkout, userFolder, server, engine });
  const credential = await server.createCredential('Sandbox', data);
  const world = { check, checkout, server, engine, credential, data };
  await sendingChecks(world);
  await waitingChecks(world);
  await resourceChecks(world);
  await templateChecks(world);
} catch (error) {
  counts.failed += 1;
  console.error(error);
} finally {
  await server?.stop();
  await engine.stop();
  rmSync(userFolder, { recursive: true, force: true });
}

console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
