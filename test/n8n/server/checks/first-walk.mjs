import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Editor } from '../editor.mjs';
import { until } from '../until.mjs';
import { Walker } from '../walker.mjs';

/** The steps of docs/first-walk.md, click by click, in an n8n without credentials or workflows. */
export async function firstWalkChecks({ check, checkout, paths, server, engine }) {
  await check('first walk: from an empty n8n to a delivered message, as the docs count it', async () => {
    const editor = await Editor.open(paths, server, console.log);
    try {
      const walker = new Walker();
      await walk(editor, walker);
      await until('the message is delivered', async () => {
        const [message] = (await engine.ask('/v1/messages')).data;
        return message?.text === 'Hello' && message.delivered_at;
      });
      const docs = readFileSync(join(checkout, 'docs', 'first-walk.md'), 'utf8');
      assert.ok(docs.includes(`**${walker}**`), `docs/first-walk.md does not say "${walker}"`);
    } finally {
      await editor.close();
    }
  });
}

async function walk(editor, walker) {
  const { page } = editor;
  const listed = (name) => editor.part('node-creator-item-name').getByText(name, { exact: true });
  await page.goto(`${editor.server.url}/home/workflows`);
  await walker.click(page.getByText('Build a workflow'));
  await walker.click(editor.part('canvas-add-button'));
  await walker.type(editor.part('node-creator-search-bar'), 'blueticks');
  await walker.click(listed('Blueticks'));
  await walker.click(editor.part('node-creator').getByText(/^Actions \(/));
  await walker.click(listed('Send a message'));
  await walker.click(editor.part('ndv').getByText('Connect to Blueticks'));
  // In the credential, only "Messages Go To" needs a choice.
  const dialog = editor.part('credential-edit-dialog');
  await walker.click(dialog.getByTestId('parameter-input-mode'));
  await walker.click(editor.part('parameter-input-item').getByText('Sandbox (Test)'));
  await walker.click(editor.part('credential-save-button'));
  // n8n closes it when the test succeeds, which starts the engine first.
  await dialog.waitFor({ state: 'hidden', timeout: 90_000 });
  await walker.type(editor.part('resource-locator-to').locator('input').last(), '+15005550001');
  await walker.type(editor.part('parameter-input-text').locator('textarea'), 'Hello');
  await walker.click(editor.part('node-execute-button'));
}
