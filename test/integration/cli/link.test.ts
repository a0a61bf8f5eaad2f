import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackPreparedDatabase } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { forkTypeScript } from '../../support/servers/typescript-child';
import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';
import { documentOf, SLOW_MS, type Ended } from '../../support/engine/command-line';
import type { PhoneOrder } from './link-child';

jest.setTimeout(SLOW_MS);

const PHONE = '+393331234567';

interface Linking {
  stdout(): string;
  stderr(): string;
  phone(order: PhoneOrder): void;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Runs `link` from the sources. */
function link(dataDir: string, ...args: string[]): Linking {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  const argv = ['link', '--data-dir', dataDir, ...args];
  const child = forkTypeScript(join(__dirname, 'link-child.ts'), argv, { silent: true, env });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    phone: (order) => void child.send(order),
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
  };
}

/** Waits for text on one of its outputs. Fails at once, with everything that it printed, if it ends first. */
async function says(
  linking: Linking,
  words: string | RegExp,
  output: 'stdout' | 'stderr' = 'stdout',
): Promise<string> {
  let early: Ended | null = null;
  void linking.ended.then((end) => (early = end));
  const [found] = await until(
    `it says ${words}`,
    () => {
      const match = linking[output]().match(words);
      if (!match && early) throw new Error(`It ended: ${JSON.stringify(early)}`);
      return match;
    },
    90_000,
  );
  return found;
}

/** A QR code of half blocks. */
const PICTURE = /[▀▄█ ]{20,}/;

describe('link, while no engine runs,', () => {
  let folder: TempFolder;
  beforeEach(async () => {
    folder = await tempFolder('link');
    await unpackPreparedDatabase(folder.path);
  });
  afterEach(() => folder.remove());

  it('starts one for as long as it takes, shows each new code, and says who was linked', async () => {
    const linking = link(folder.path, '--name', 'Front desk');
    await says(linking, PICTURE);
    const pictures = (): number =>
      linking
        .stdout()
        .split('\n\n')
        .filter((part) => PICTURE.test(part)).length;
    expect(pictures()).toBe(1);
    linking.phone({ do: 'change code' });
    await until('the new code is shown', () => pictures() === 2);
    linking.phone({ do: 'scan', phone: PHONE, pushName: 'Ada' });
    const { code, stdout, stderr } = await linking.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Linking a phone to the session "Front desk" \(ses_\w+\)\.\n\nOn the phone: WhatsApp → /,
    );
    expect(stdout).toMatch(
      /\nLinked: \+393331234567 \(Ada\)\n\n {2}Session +ses_\w+\n {2}Start the engine +npx n8n/,
    );
    // Nothing keeps running, and the folder is free.
    for (const file of ['engine.json', 'engine.lock'])
      expect(existsSync(join(folder.path, file))).toBe(false);
  });

  it('prints a pairing code with instructions, on standard error with --json', async () => {
    const linking = link(folder.path, '--pairing-code', '+39 333 123 4567', '--json');
    await says(linking, 'ABCD-2345', 'stderr');
    linking.phone({ do: 'scan', phone: PHONE, pushName: 'Ada' });
    const end = await linking.ended;
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(
      /On the phone with \+393331234567: WhatsApp → .*\n.*type this code:\n\n {2}ABCD-2345\n/,
    );
    expect(documentOf({ ...end, stderr: '' })).toMatchObject({
      id: expect.stringMatching(/^ses_/),
      phone: PHONE,
      push_name: 'Ada',
      state: 'connected',
      engine_running: false,
    });
  });

  it('ends with 8 after --timeout, and uses the same session the next time', async () => {
    const first = await link(folder.path, '--timeout', '1', '--json').ended;
    expect(first.code).toBe(8);
    expect(documentOf({ ...first, stderr: '' })).toEqual({
      error: {
        code: 'timed_out',
        message: 'No phone was linked within 1 s. Run the command again, or allow more time with --timeout.',
      },
    });
    const session = /ses_\w+/.exec(first.stderr)![0];
    expect(first.stderr).toContain(`Scan this as a QR code: 2@code-1,of,${session}`);
    const second = await link(folder.path, '--timeout', '1').ended;
    expect(second.code).toBe(8);
    expect(second.stdout).toContain(session);
    expect(second.stderr).toMatch(/^No phone was linked within 1 s\. .*\n$/);
  });

  it('says why linking ended, and starts again', async () => {
    const linking = link(folder.path, '--json');
    await says(linking, '2@code-1', 'stderr');
    linking.phone({ do: 'give up' });
    await says(linking, 'Nobody scanned the code.', 'stderr');
    await says(linking, '2@code-2', 'stderr');
    linking.phone({ do: 'scan', phone: PHONE, pushName: 'Ada' });
    expect((await linking.ended).code).toBe(0);
  });

  it('ends cleanly on Ctrl+C', async () => {
    const linking = link(folder.path);
    await says(linking, PICTURE);
    linking.kill('SIGINT');
    const { code, stderr } = await linking.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(existsSync(join(folder.path, 'engine.json'))).toBe(false);
    expect(existsSync(join(folder.path, 'engine.lock'))).toBe(false);
  });
});

describe('link, while an engine runs,', () => {
  let engine: LiveEngine;
  beforeEach(async () => {
    engine = await startLiveEngine();
  });
  afterEach(() => engine.close());

  it('links through it, and leaves it running', async () => {
    const { id, link: phone } = await engine.makeSession();
    const linking = link(engine.dataDir);
    await says(linking, PICTURE);
    phone.scan(PHONE, 'Ada');
    const { code, stdout } = await linking.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`Linking a phone to the session ${id}.`);
    expect(stdout).toMatch(
      /Linked: \+393331234567 \(Ada\)[^]*Engine +is running, and sends from this number/,
    );
    expect((await engine.live('GET', `/v1/sessions/${id}`)).body.state).toBe('connected');
  });

  it('creates a session if the others have a number or another name', async () => {
    await engine.linkNumber('+393330000001');
    const { id: other } = await engine.makeSession('other');
    const linking = link(engine.dataDir, '--name', 'mine');
    await says(linking, PICTURE);
    const { body } = await engine.live('GET', '/v1/sessions');
    const [made] = body.data as { id: string; name: string }[];
    expect(made).toMatchObject({ name: 'mine' });
    expect(made!.id).not.toBe(other);
    engine.whatsapp.link(made!.id).scan(PHONE);
    expect((await linking.ended).code).toBe(0);
  });

  it('links the session of --session again if it is logged out, and refuses it if it is linked', async () => {
    const { id, link: phone } = await engine.linkNumber(PHONE);
    await engine.makeSession();
    const refused = await link(engine.dataDir, '--session', id).ended;
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toBe(
      `The session ${id} is already linked to ${PHONE}. To link another number, omit --session.\n`,
    );
    await engine.live('POST', `/v1/sessions/${id}/logout`);
    const linking = link(engine.dataDir, '--session', id);
    await says(linking, `It had the number \\${PHONE} and accepts only that number again`);
    await says(linking, PICTURE);
    phone.scan(PHONE);
    expect((await linking.ended).code).toBe(0);

    const unknown = await link(engine.dataDir, '--session', 'ses_x').ended;
    expect(unknown).toMatchObject({ code: 1, stderr: 'No session ses_x found for this key.\n' });
  });
});
