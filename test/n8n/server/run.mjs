// The package in a real n8n: packed, installed as n8n installs it, and used as a person uses it.
// node test/n8n/server/run.mjs [part…] [--keep-screenshots] runs all parts, or those named. It ends with what failed, what
// was not run, "N passed, M failed" and where the screenshots are: in a new temporary folder, or with --keep-screenshots in
// docs/screenshots.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentChecks } from './checks/agent.mjs';
import { cloneChecks } from './checks/clone.mjs';
import { conversationChecks } from './checks/conversations.mjs';
import { editorChecks } from './checks/editor.mjs';
import { firstWalkChecks } from './checks/first-walk.mjs';
import { floodChecks } from './checks/flood.mjs';
import { installChecks } from './checks/install.mjs';
import { linkedChecks } from './checks/linked.mjs';
import { everyOperationCheck, operationChecks } from './checks/operations.mjs';
import { queueChecks } from './checks/queue.mjs';
import { refusalChecks } from './checks/refusing.mjs';
import { resourceChecks } from './checks/resources.mjs';
import { retryChecks } from './checks/retrying.mjs';
import { sendingChecks } from './checks/sending.mjs';
import { templateChecks } from './checks/templates.mjs';
import { waitingChecks } from './checks/waiting.mjs';
import { EngineProcess } from './engine-process.mjs';
import { ensureN8n } from './ensure-n8n.mjs';
import { N8nServer } from './n8n-server.mjs';

/** They run one after the other in one n8n. */
const PARTS = {
  sending: sendingChecks,
  refusing: refusalChecks,
  retrying: retryChecks,
  waiting: waitingChecks,
  agent: agentChecks,
  resources: resourceChecks,
  templates: templateChecks,
  conversations: conversationChecks,
  operations: operationChecks,
  flood: floodChecks,
  linked: linkedChecks,
  editor: editorChecks,
};

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const data = { connection: 'bundled', mode: 'test' };
const passed = [];
const failed = [];
const notRun = [];
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const keepsPictures = process.argv.includes('--keep-screenshots');
const isChosen = (part) => chosen.length === 0 || chosen.includes(part);
const pictures = keepsPictures
  ? join(checkout, 'docs', 'screenshots')
  : mkdtempSync(join(tmpdir(), 'blueticks-n8n-screenshots-'));
let lastLines = () => '';

/** Each check builds on those before it. After a failure, the rest are not run and count as failed. */
async function check(name, action) {
  if (failed.length > 0) return void notRun.push(name);
  const start = Date.now();
  try {
    await action();
    passed.push(name);
    console.log(`ok    ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    failed.push(name);
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).replaceAll('\n', '\n      ')}`);
    console.log(lastLines());
  }
}

const folder = mkdtempSync(join(tmpdir(), 'blueticks-n8n-server-'));
const userFolder = join(folder, 'n8n');
const engine = new EngineProcess(join(userFolder, '.n8n', 'blueticks'));
let server;

try {
  const paths = ensureN8n(console.log);
  server = new N8nServer(paths, userFolder);
  lastLines = () => server.lastLines();
  await installChecks({ check, checkout, userFolder, server, engine });
  const packageFolder = join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-blueticks');
  const world = { check, checkout, paths, server, engine, data, pictures, folder, packageFolder };
  if (isChosen('walk')) await firstWalkChecks(world);
  world.credential = await server.createCredential('Sandbox', data);
  for (const [part, run] of Object.entries(PARTS)) if (isChosen(part)) await run(world);
  if (chosen.length === 0) await everyOperationCheck(world);
  await server.stop();
  await engine.stop();
  if (isChosen('queue')) {
    const packageFolder = join(userFolder, '.n8n', 'nodes');
    const say = (lines) => (lastLines = lines);
    await queueChecks({ check, paths, folder: join(folder, 'queue'), packageFolder, say });
  }
  if (isChosen('clone'))
    await cloneChecks({ check, checkout, paths, folder: join(folder, 'clone'), userFolder });
} catch (error) {
  // The code between two checks may need what a failed check would have made.
  if (failed.length === 0) failed.push(`between two checks: ${error.stack}`);
  else notRun.push(`the rest of the run (${error.message})`);
} finally {
  await server?.stop();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
}

for (const name of failed) console.log(`FAILED   ${name}`);
for (const name of notRun) console.log(`NOT RUN  ${name}`);
console.log(`${passed.length} passed, ${failed.length + notRun.length} failed`);
if (readdirSync(pictures).length > 0) console.log(`The screenshots are in ${pictures}`);
else rmSync(pictures, { recursive: true });
process.exitCode = failed.length > 0 ? 1 : 0;
