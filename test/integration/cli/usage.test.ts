import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../../engine/cli/exit-codes';
import { VARIABLES } from '../../../engine/config';
import { documentOf, run, SLOW_MS } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};

it('prints the version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect(documentOf(await run(['-v', '--json']))).toEqual({ version });
});

it('lists every command, setting and exit code in --help', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  for (const word of ['serve', 'link', 'keys create', 'keys list', 'keys revoke KEY_ID', 'doctor', 'demo']) {
    expect(stdout).toContain(`  ${word} `);
  }
  for (const variable of Object.keys(VARIABLES)) expect(stdout).toContain(variable);
  for (const exitCode of Object.values(EXIT)) expect(stdout).toMatch(new RegExp(`^ {2}${exitCode} {2}`, 'm'));
  // Fits a terminal.
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
});

it('lists a command’s own flags in its help', async () => {
  const { code, stdout } = await run(['keys', 'create', '-h']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/--mode live\|test[^]*--scopes[^]*--data-dir/);
  expect(stdout).not.toContain('--port');
});

it('refuses an unknown command in one line, with exit code 2', async () => {
  const { code, stdout, stderr } = await run(['keys', 'creat', '--mode', 'test']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe('Unknown command "keys creat". Did you mean "keys create"?\n');
});
