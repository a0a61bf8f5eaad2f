import { readdir } from 'node:fs/promises';
import { VARIABLES, flagOf, type Variable } from '../../../engine/config';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { run, SLOW_MS } from './command-line';

jest.setTimeout(SLOW_MS);

/** For each variable that can be wrong: a wrong value, its fault and its mend. Secrets are not repeated. */
const WRONG: [Variable, string, RegExp, RegExp][] = [
  ['BLUETICKS_HOST', 'http://x', /is "http:\/\/x", which is no address/, /127\.0\.0\.1/],
  ['BLUETICKS_PORT', '77177', /is "77177", which is no port/, /0 to 65535/],
  ['BLUETICKS_PUBLIC_URL', 'ftp://x', /begins with "ftp:/, /http:\/\//],
  ['DATABASE_URL', 'mysql://root:geheim@db/x', /begins with "mysql:/, /postgres:\/\//],
  ['REDIS_URL', 'localhost', /is no URL/, /redis:\/\//],
  ['BLUETICKS_ENCRYPTION_KEY', 'geheim', /has 6 characters/, /openssl rand -hex 32/],
  ['BLUETICKS_PACING', 'of', /is "of"/, /on, off/],
  ['BLUETICKS_LOG_LEVEL', 'loud', /is "loud"/, /silent, fatal/],
  ['BLUETICKS_WA_SOCKET_URL', 'https://x', /begins with "https:/, /wss:\/\//],
  ['BLUETICKS_ALLOW_PRIVATE_MEDIA', 'maybe', /is "maybe"/, /true or false/],
  ['BLUETICKS_WEBHOOK_TARGETS', 'a b', /has "a b", which is no host/, /any, public/],
  ['BLUETICKS_SANDBOX_SPEED', '-1', /is "-1", which is no positive number/, /such as 1/],
  ['BLUETICKS_RATE_LIMIT', 'none', /is "none"/, /or off/],
  ['BLUETICKS_STOP_WORDS', 'STOP,!!!', /has "!!!", which is no word/, /such as STOP,BAJA/],
  ['BLUETICKS_START_WORDS', 'START,stop.', /has "stop\.", which is a stop word too/, /take it out of one/],
  ['BLUETICKS_OPT_OUT_REPLY', 'x'.repeat(4097), /has 4097 characters/, /at most 4096/],
];

describe('a setting that cannot be used', () => {
  let folder: TempFolder;
  beforeAll(async () => (folder = await tempFolder('settings')));
  afterAll(() => folder.remove());

  test('every variable is in the table, but the one that may be any text', () => {
    const covered = WRONG.map(([variable]) => variable);
    expect(Object.keys(VARIABLES).filter((name) => !covered.includes(name as Variable))).toEqual([
      'BLUETICKS_DATA_DIR',
    ]);
  });

  test.each(WRONG)('%s=%s stops the start with one line', async (variable, value, fault, mend) => {
    const data = { BLUETICKS_DATA_DIR: folder.path };
    const { code, stdout, stderr } = await run(['serve'], { ...data, [variable]: value });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.startsWith(`${variable} `)).toBe(true);
    expect(stderr).toMatch(fault);
    expect(stderr).toMatch(mend);
    expect(stderr).not.toContain('geheim');
    expect(code).toBe(3);
    expect(await readdir(folder.path)).toEqual([]);

    const byFlag = await run([`--${flagOf(variable)}=${value}`], data);
    expect(byFlag).toEqual({ code, stdout, stderr });
  });

  test('is told as JSON to whoever asked for JSON', async () => {
    const { code, stdout, stderr } = await run(['serve', '--json', '--port', 'x']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'bad_setting', message: expect.stringMatching(/^BLUETICKS_PORT is "x"/) },
    });
    expect(code).toBe(3);
  });

  test('a flag wins over the variable', async () => {
    const { stderr } = await run(['--port', 'fifty'], { BLUETICKS_PORT: 'seventy' });
    expect(stderr).toContain('"fifty"');
  });
});
