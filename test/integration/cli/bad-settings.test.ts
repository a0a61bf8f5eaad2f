import { readdir } from 'node:fs/promises';
import { VARIABLES, flagOf, type Variable } from '../../../engine/config';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { run, SLOW_MS } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

/** For each variable that can be wrong: a wrong value, what is wrong and how to fix it. Secrets are not repeated. */
const WRONG: [Variable, string, RegExp, RegExp][] = [
  ['BLUETICKS_HOST', 'http://x', /is "http:\/\/x", which is not an address/, /127\.0\.0\.1/],
  ['BLUETICKS_PORT', '77177', /is "77177", which is not a valid port/, /0 to 65535/],
  ['BLUETICKS_PUBLIC_URL', 'ftp://x', /starts with "ftp:/, /http:\/\//],
  ['DATABASE_URL', 'mysql://root:geheim@db/x', /starts with "mysql:/, /postgres:\/\//],
  ['REDIS_URL', 'localhost', /is not a URL/, /redis:\/\//],
  ['BLUETICKS_ENCRYPTION_KEY', 'geheim', /has 6 characters/, /openssl rand -hex 32/],
  ['BLUETICKS_PACING', 'of', /is "of"/, /on, off/],
  ['BLUETICKS_LOG_LEVEL', 'loud', /is "loud"/, /silent, fatal/],
  ['BLUETICKS_WA_SOCKET_URL', 'https://x', /starts with "https:/, /wss:\/\//],
  ['BLUETICKS_ALLOW_PRIVATE_MEDIA', 'maybe', /is "maybe"/, /true or false/],
  ['BLUETICKS_WEBHOOK_TARGETS', 'a b', /has "a b", which is not a host/, /any, public/],
  ['BLUETICKS_SANDBOX_SPEED', '-1', /is "-1", which is not a positive number/, /such as 1/],
  ['BLUETICKS_RATE_LIMIT', 'none', /is "none"/, /or off/],
  [
    'BLUETICKS_RETENTION_DAYS',
    '0',
    /is "0", which is not a number of days/,
    /from 1 to 3650, such as 90, or off/,
  ],
  ['BLUETICKS_TRUSTED_PROXIES', 'proxy', /has "proxy", which is not an IP address/, /such as 10\.0\.0\.5/],
  ['BLUETICKS_MAX_SESSIONS', '0', /is "0"/, /from 1 to 99999/],
  ['BLUETICKS_MAX_WEBHOOKS', '-5', /is "-5"/, /from 1 to 99999/],
  ['BLUETICKS_HISTORY_DAYS', '1.5', /is "1\.5", which is not a number of days/, /from 0 to 3650/],
  ['BLUETICKS_STOP_WORDS', 'STOP,!!!', /has "!!!", which is not a word/, /such as STOP,BAJA/],
  [
    'BLUETICKS_START_WORDS',
    'START,stop.',
    /has "stop\.", which is a stop word too/,
    /Remove it from one of the two/,
  ],
  ['BLUETICKS_OPT_OUT_REPLY', 'x'.repeat(4097), /has 4097 characters/, /at most 4096/],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /starts with "collector:\/\/"/, /http:\/\/ or https:/],
];

describe('a setting that cannot be used', () => {
  let folder: TempFolder;
  beforeAll(async () => (folder = await tempFolder('settings')));
  afterAll(() => folder.remove());

  it('tests every variable except the one that may be any text', () => {
    const covered = WRONG.map(([variable]) => variable);
    expect(Object.keys(VARIABLES).filter((name) => !covered.includes(name as Variable))).toEqual([
      'BLUETICKS_DATA_DIR',
    ]);
  });

  it.each(WRONG)('refuses %s=%s in one line', async (variable, value, fault, fix) => {
    const data = { BLUETICKS_DATA_DIR: folder.path };
    const { code, stdout, stderr } = await run(['serve'], { ...data, [variable]: value });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.startsWith(`${variable} `)).toBe(true);
    expect(stderr).toMatch(fault);
    expect(stderr).toMatch(fix);
    expect(stderr).not.toContain('geheim');
    expect(code).toBe(3);
    expect(await readdir(folder.path)).toEqual([]);

    const byFlag = await run([`--${flagOf(variable)}=${value}`], data);
    expect(byFlag).toEqual({ code, stdout, stderr });
  });

  it('reports the error as JSON with --json', async () => {
    const { code, stdout, stderr } = await run(['serve', '--json', '--port', 'x']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'bad_setting', message: expect.stringMatching(/^BLUETICKS_PORT is "x"/) },
    });
    expect(code).toBe(3);
  });

  it('prefers a flag to the variable', async () => {
    const { stderr } = await run(['--port', 'fifty'], { BLUETICKS_PORT: 'seventy' });
    expect(stderr).toContain('"fifty"');
  });
});
