import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureChromium } from './ensure-chromium.mjs';
import { OWNER } from './n8n-server.mjs';
import { until } from './until.mjs';

const VIEWPORT = { width: 1280, height: 800 };
/** In it, the longest form needs no scrolling. */
const TALL = { width: 1280, height: 2400 };
/** A report, as JSON. */
const LONG = { width: 1280, height: 1100 };
/** Below the last field of a form. */
const MARGIN = 12;

/** n8n's editor in a headless Chromium, as a person sees it. Playwright comes with n8n. */
export class Editor {
  static async open(paths, server, log) {
    const executablePath = ensureChromium(log);
    const { chromium, selectors } = createRequire(join(paths.n8n, 'package.json'))('playwright-core');
    selectors.setTestIdAttribute('data-test-id');
    // Chromium's sandbox does not work for root. All pages here are our own.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args });
    try {
      const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const editor = new Editor(browser, page, server);
      await editor.logIn();
      return editor;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  constructor(browser, page, server) {
    Object.assign(this, { browser, page, server });
  }

  async logIn() {
    await this.page.goto(`${this.server.url}/signin`);
    await this.page.locator('input[type=email]').fill(OWNER.email);
    await this.page.locator('input[type=password]').fill(OWNER.password);
    await this.page.locator('input[type=password]').press('Enter');
    await this.page.waitForURL((url) => !url.pathname.startsWith('/signin'));
  }

  /** A part of n8n's editor, by the id that n8n's own tests use. */
  part(testId) {
    return this.page.getByTestId(testId);
  }

  /** Opens a workflow and the panel of one of its nodes. */
  async openNode({ id, nodes }, name) {
    const node = nodes.find((candidate) => candidate.name === name);
    await this.page.setViewportSize(VIEWPORT);
    await this.page.goto(`${this.server.url}/workflow/${id}/${node.id}`);
    const panel = this.part('ndv');
    await panel.waitFor();
    return panel;
  }

  /**
   * A form as if the window had no end, until another page is opened. `cut` is a part of it that can be pictured: all of it,
   * or `from` the field with that label on, with the list that is open if `withList`.
   */
  async wholeForm(panel) {
    await this.page.setViewportSize(TALL);
    const parameters = panel.getByTestId('node-parameters').first();
    const { page } = this;
    const cut = ({ from = null, withList = false } = {}) => ({
      screenshot: async (options) => {
        const column = await parameters.boundingBox();
        const labels = parameters.locator('label').filter({ visible: true });
        const fields = parameters
          .locator('[data-test-id^="parameter-input"], label')
          .filter({ visible: true });
        const list = page.getByTestId('parameter-input-item').filter({ visible: true });
        const shown = [...(await fields.all()), ...(withList ? await list.all() : [])];
        const boxes = (await Promise.all(shown.map((one) => one.boundingBox()))).filter(Boolean);
        const first = from === null ? null : await labels.filter({ hasText: from }).first().boundingBox();
        const top = first ? first.y - MARGIN : column.y;
        const end = Math.max(...boxes.map(({ y, height }) => y + height));
        const bottom = end + (withList ? 0 : MARGIN);
        const clip = { x: column.x, y: top, width: column.width, height: bottom - top };
        return await page.screenshot({ ...options, clip });
      },
    });
    return { cut };
  }

  /** A panel's form, and as JSON what its node returned: until this text of it. */
  async formAndOutput(panel, text) {
    await this.page.setViewportSize(LONG);
    await this.page.addStyleTag({ content: '.el-notification { display: none !important }' });
    await panel.getByTestId('radio-button-json').last().click();
    await this.shows(panel, [text]);
    const { x } = await panel.getByTestId('node-parameters').first().boundingBox();
    const { y, ...box } = await panel.boundingBox();
    const clip = { x, y, width: box.x + box.width - x, height: box.height };
    return { screenshot: async (options) => await this.page.screenshot({ ...options, clip }) };
  }

  async openWorkflow({ id }) {
    await this.page.setViewportSize(VIEWPORT);
    await this.page.goto(`${this.server.url}/workflow/${id}`);
  }

  async openExecution(workflow, executionId) {
    await this.page.goto(`${this.server.url}/workflow/${workflow.id}/executions/${executionId}`);
  }

  /** Opens the dialog of a credential. */
  async openCredential({ name }) {
    await this.page.goto(`${this.server.url}/home/credentials`);
    await this.part('resources-list-item').filter({ hasText: name }).first().click();
    const dialog = this.part('credential-edit-dialog');
    await dialog.waitFor();
    return dialog;
  }

  /** The labels of the fields that a panel shows now, from top to bottom. n8n draws them bit by bit. */
  async fields(panel) {
    const labels = panel.locator(
      '[data-test-id="node-parameters"] label, [data-test-id="parameter-item"] label',
    );
    const texts = await labels.filter({ visible: true }).allInnerTexts();
    // The text below a label belongs to the hidden menu next to it.
    return texts.map((text) => text.split('\n')[0].trim()).filter(Boolean);
  }

  /** The chosen option of a field with a list. */
  async chosen(part, field) {
    return await part.getByTestId(`parameter-input-${field}`).locator('input').first().inputValue();
  }

  /** The options of a field with a list. */
  async choices(field) {
    await this.part(`parameter-input-${field}`).click();
    const names = this.part('parameter-input-item').locator('.option-headline').filter({ visible: true });
    await names.first().waitFor();
    return (await names.allInnerTexts()).map((text) => text.trim());
  }

  /** Waits until all these texts are visible. */
  async shows(part, texts) {
    for (const text of texts) await part.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** Waits until all these texts are visible on the page or in one of its frames, where n8n may show an execution. */
  async showsInPage(texts) {
    const isVisible = async (frame, text) =>
      (await frame.getByText(text, { exact: true }).filter({ visible: true }).count()) > 0;
    for (const text of texts) {
      await until(`"${text}" is visible`, async () => {
        const seen = await Promise.all(this.page.frames().map((frame) => isVisible(frame, text)));
        return seen.includes(true);
      });
    }
  }

  async close() {
    await this.browser.close();
  }
}
