import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineProcess } from '../engine-process.mjs';
import { N8nServer } from '../n8n-server.mjs';
import { until } from '../until.mjs';

const PACKAGE = join('.n8n', 'nodes', 'node_modules', 'n8n-nodes-blueticks');
const NODE_FILE = join('dist', 'nodes', 'Blueticks', 'Blueticks.node.js');

/** `npm run n8n`, in a folder where an earlier run left an older state of the clone. */
export async function cloneChecks({ check, checkout, paths, folder, userFolder }) {
  const removed = join(folder, PACKAGE, 'dist', 'nodes', 'removed.js');
  const engine = new EngineProcess(join(folder, '.n8n', 'blueticks'));
  let script;
  let output = '';

  await check('npm run n8n shows the clone as it is now', async () => {
    cpSync(join(userFolder, PACKAGE), join(folder, PACKAGE), { recursive: true });
    writeFileSync(removed, '');
    const old = join(folder, PACKAGE, NODE_FILE);
    writeFileSync(
      old,
      readFileSync(old, 'utf8').replace(/description: '[^']+'/, "description: 'Before the edit'"),
    );
    const program = join(checkout, 'test', 'n8n', 'server', 'serve.mjs');
    script = spawn(process.execPath, [program, '--folder', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    script.ended = new Promise((resolve) => script.once('exit', resolve));
    for (const stream of [script.stdout, script.stderr]) stream.on('data', (text) => (output += text));
    await until('the address is printed', () => /password/.test(output) || hasEnded(script), 300_000);
    const server = new N8nServer(paths, folder);
    server.url = /http:\S+/.exec(output)?.[0];
    assert.ok(server.url, output);
    await server.logIn();
    const nodes = await server.nodeTypes();
    const { description } = nodes.find(({ name }) => name === 'n8n-nodes-blueticks.blueticks');
    assert.notEqual(description, 'Before the edit');
    assert.ok(!existsSync(removed), 'a file that the clone no longer has is still installed');
    const tested = await server.testCredential({ connection: 'bundled', mode: 'test' });
    assert.equal(tested.status, 'OK', tested.message);
    assert.equal(engine.running().length, 1);
  });

  await check('Ctrl+C ends it, with its n8n and its engine', async () => {
    script.kill('SIGINT');
    assert.equal(await script.ended, 0, output);
    assert.deepEqual(engine.running(), []);
  }).finally(async () => {
    script?.kill('SIGTERM');
    await script?.ended;
  });
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;
