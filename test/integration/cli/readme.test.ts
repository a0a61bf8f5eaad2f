import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMANDS } from '../../../engine/cli/command-table';
import { EXIT, EXIT_MEANINGS, type Outcome } from '../../../engine/cli/exit-codes';
import { VARIABLES } from '../../../engine/config';
import { signatureHeaders } from '../../../engine/events/signature';
import { SANDBOX_NUMBERS } from '../../../engine/transport/sandbox/test-numbers';
import { until } from '../../support/engine/until';
import { freePort } from '../../support/servers/child-server';
import { SLOW_MS } from '../../support/engine/command-line';
import { tempFolder } from '../../support/servers/temp-folder';

jest.setTimeout(SLOW_MS);

const page = (name: string): string => readFileSync(join(__dirname, '../../..', name), 'utf8');
const readme = page('README.md');

/** The rows of every table of a page, cells without their padding and code marks. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

it('lists every setting as the program does', () => {
  const told = rows(readme).filter(([name = '']) => /^[A-Z_]+_[A-Z]+$/.test(name));
  expect(told).toEqual(Object.entries(VARIABLES));
});

it('lists every test number as the sandbox plays it', () => {
  const told = rows(readme).filter(([name = '']) => /^\+(1500|55119)\d*555\d{4}$/.test(name));
  expect(told).toEqual(SANDBOX_NUMBERS.map(({ phone, does }) => [phone, does]));
});

it('lists every exit code as the program means it', () => {
  const told = rows(page('docs/exit-codes.md')).filter(([code = '']) => /^\d$/.test(code));
  expect(told).toEqual(
    Object.entries(EXIT).map(([name, code]) => [String(code), name, EXIT_MEANINGS[name as Outcome]]),
  );
});

it('names only commands that exist', () => {
  const named = [...readme.matchAll(/(?:npx n8n-nodes-blueticks|blueticks-engine) ([a-z]+(?: [a-z]+)?)/g)];
  const known = COMMANDS.map(({ name }) => name);
  expect(named.length).toBeGreaterThan(2);
  for (const [, words = ''] of named) {
    expect(
      known.filter((name) => words === name || words.startsWith(`${name} `) || words.split(' ')[0] === name),
    ).toHaveLength(1);
  }
});

it('links only to pages and sections that exist', () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = '']) => path);
  expect(links).toEqual(expect.arrayContaining(['docs/overview.svg', 'docs/api.md', 'LICENSE']));
  for (const link of links) {
    const [path = '', section] = link.split('#');
    const headings = [...page(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
    if (section) expect(headings).toContain(section);
  }
});

/** The link to a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\d\s_-]/gu, '')
    .replaceAll(' ', '-');

describe('its webhook receiver', () => {
  const secret = 'whsec_of_this_test';
  const body = '{"id":"evt_1","type":"message.delivered","data":{"id":"msg_1","text":"grüezi 👍"}}';
  let receiver: ChildProcess;
  let url: string;
  let output = '';

  beforeAll(async () => {
    const code = /```js\n([^]*?)```/.exec(readme)?.[1] ?? '';
    const folder = await tempFolder('readme');
    const file = join(folder.path, 'receiver.mjs');
    await writeFile(file, code);
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    const env = { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: String(port) };
    receiver = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    receiver.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    await until('it listens', () =>
      fetch(url, { method: 'POST' }).then(
        () => true,
        () => false,
      ),
    );
    await folder.remove();
  });
  afterAll(() => receiver.kill());

  async function post(timestampSeconds: number, key = secret, sent = body): Promise<number> {
    const headers = signatureHeaders({ secret: key, body, webhookId: 'wh_1', timestampSeconds });
    return (await fetch(url, { method: 'POST', headers, body: sent })).status;
  }

  it('accepts signed events once, and refuses forged, changed, old and unsigned ones', async () => {
    const now = Date.now() / 1000;
    expect(await post(now)).toBe(204);
    expect(await post(now)).toBe(204);
    expect(await post(now, 'whsec_of_a_forger')).toBe(401);
    expect(await post(now, secret, body.replace('msg_1', 'msg_2'))).toBe(401);
    expect(await post(now - 600)).toBe(401);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
    expect(output).toBe('message.delivered msg_1\n');
  });
});
