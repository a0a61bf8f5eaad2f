import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../support/engine/until';
import { freePort } from '../../support/servers/child-server';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { SLOW_MS } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

const PROJECT = join(__dirname, '../../..');
const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');

/** A shell that the README's commands are typed into. */
class Terminal {
  output = '';
  private readonly shell: ChildProcess;

  constructor() {
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
    // A process group of its own, so that background jobs end with it.
    this.shell = spawn('bash', [], { cwd: PROJECT, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.shell.stdout, this.shell.stderr])
      stream?.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  type(commands: string): void {
    this.shell.stdin?.write(commands);
  }

  shows(words: RegExp): Promise<RegExpMatchArray> {
    return until(`${words} is shown`, () => this.output.match(words), 90_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.output}`);
    });
  }

  close(): void {
    process.kill(-this.shell.pid!, 'SIGKILL');
  }
}

let folder: TempFolder;
const terminals: Terminal[] = [];
beforeEach(async () => (folder = await tempFolder('readme')));
afterEach(async () => {
  terminals.splice(0).forEach((terminal) => terminal.close());
  await folder.remove();
});

function openTerminal(): Terminal {
  const terminal = new Terminal();
  terminals.push(terminal);
  return terminal;
}

it('works word for word ("Without a phone"): link, send, delivered, read, and a reply', async () => {
  const receiver = /```js\n([^]*?)```/.exec(readme)?.[1] ?? '';
  await writeFile(join(folder.path, 'receiver.mjs'), receiver);
  // Only ports and paths are changed, so that it can run beside other tests.
  const places: [string, string][] = [
    ['8085', String(await freePort())],
    ['7717', String(await freePort())],
    ['8080', String(await freePort())],
    ['/tmp/blueticks-try', join(folder.path, 'data')],
    ['node receiver.mjs', `node ${join(folder.path, 'receiver.mjs')}`],
  ];
  const place = (text: string): string =>
    places.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  const section = readme.split('### Without a phone\n')[1]?.split('\n## ')[0] ?? '';
  const blocks = [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, commands = '']) => place(commands));
  const [whatsapp, engine, link, code, send] = blocks as [string, string, string, string, string];
  expect(blocks).toHaveLength(5);

  const first = openTerminal();
  first.type(whatsapp);
  await first.shows(/WhatsApp at ws:/);
  const second = openTerminal();
  second.type(`export BLUETICKS_PORT=${place('7717')} PORT=${place('8080')}\n${engine}`);
  await second.shows(/Listens on/);
  const third = openTerminal();
  third.type(`export PORT=${place('8080')}\n${link}`);
  const [shown] = await third.shows(/^ *[A-Z0-9]{4}-[A-Z0-9]{4}$/m);
  third.type(code.replace('ABCD-1234', shown.trim()));
  await third.shows(/Linked: \+14155550100\n\n {2}Session +ses_\w+\n {2}Engine +is running/);

  third.type(send);
  // An event may come right behind curl's answer, which ends without a new line.
  const [, id] = await third.shows(/message\.read (msg_\w+)$/m);
  for (const type of ['sent', 'delivered']) await third.shows(new RegExp(`message\\.${type} ${id}$`, 'm'));
  await third.shows(/message\.received I will be there$/m);
});
