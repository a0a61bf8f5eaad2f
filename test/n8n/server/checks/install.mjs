import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { installPackage } from '../install-package.mjs';

/** From an empty n8n to a credential that works. */
export async function installChecks({ check, checkout, userFolder, server, engine }) {
  mkdirSync(userFolder, { recursive: true });
  await check('the package is packed and installed as n8n installs it', () => {
    const files = installPackage(checkout, userFolder);
    for (const path of ['index.js', 'dist/nodes/Blueticks/blueticks.dark.svg', 'dist/engine/cli/main.js']) {
      assert.ok(files.includes(path), `${path} is not packed`);
    }
    assert.deepEqual(
      files.filter((path) => /^(test|engine|nodes|docs)\//.test(path)),
      [],
    );
  });

  await check('n8n starts', async () => {
    await server.start();
    await server.setUpOwner();
  });

  await check('n8n lists the nodes with icons and search terms, and the credential', async () => {
    const nodes = await server.nodeTypes();
    for (const name of ['n8n-nodes-blueticks.blueticks', 'n8n-nodes-blueticks.blueticksTrigger']) {
      const node = nodes.find((candidate) => candidate.name === name);
      assert.ok(node, `${name} is not listed`);
      assert.ok(node.codex.alias.includes('whatsapp'));
      for (const icon of [node.iconUrl.light, node.iconUrl.dark]) {
        const answer = await fetch(`${server.url}/${icon}`, { headers: { cookie: server.cookie } });
        assert.match(await answer.text(), /^<svg/);
      }
    }
    assert.ok(
      nodes.some(({ name }) => name === 'n8n-nodes-blueticks.blueticksTool'),
      'an AI agent cannot use it',
    );
    const types = await (
      await fetch(`${server.url}/types/credentials.json`, { headers: { cookie: server.cookie } })
    ).json();
    assert.ok(types.some(({ name }) => name === 'blueticksApi'));
  });

  await check('two first uses at once start one engine, and a test credential works', async () => {
    const [test, live] = await Promise.all([
      server.testCredential({ connection: 'bundled', mode: 'test' }),
      server.testCredential({ connection: 'bundled', mode: 'live' }),
    ]);
    assert.equal(test.status, 'OK', test.message);
    assert.equal(live.status, 'Error');
    assert.match(live.message, /no WhatsApp number is connected.*[Ll]ink/);
    assert.deepEqual(engine.running(), [engine.file.pid]);
  });

  await check('a credential with a URL says what is wrong with it', async () => {
    const { url } = engine.file;
    const good = await server.testCredential({
      connection: 'url',
      baseUrl: `${url}/`,
      apiKey: await engine.key(),
    });
    assert.equal(good.status, 'OK', good.message);
    const wrongKey = await server.testCredential({
      connection: 'url',
      baseUrl: url,
      apiKey: 'bt_live_wrong',
    });
    assert.match(wrongKey.message, /key/i);
    assert.equal(wrongKey.status, 'Error');
    const nobody = await server.testCredential({
      connection: 'url',
      baseUrl: 'http://127.0.0.1:9',
      apiKey: 'x',
    });
    assert.match(nobody.message, /cannot be reached/);
    const other = await server.testCredential({ connection: 'url', baseUrl: server.url, apiKey: 'x' });
    assert.match(other.message, /not a Blueticks engine/);
  });
}
