import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = 'https://github.com/somebody/n8n-nodes-blueticks';
const PROGRAM = join(__dirname, '../../../.github/check-release.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  mkdirSync(join(folder, '.github'));
  cpSync(PROGRAM, join(folder, '.github', 'check-release.mjs'));
  writeFileSync(join(folder, 'CHANGELOG.md'), '# Changelog\n\n## 1.2.3 – 2026-12-01\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(manifest: object, tag = 'v1.2.3') {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', ...manifest }));
  const args = [join(folder, '.github', 'check-release.mjs'), tag, REPOSITORY];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

const repository = { type: 'git', url: `git+${REPOSITORY}.git` };

it('lets a release through that npm can tie to its source', () => {
  expect(check({ repository })).toMatchObject({ status: 0, stderr: '' });
});

it('refuses a release while package.json names no repository', () => {
  const { status, stderr } = check({});
  expect(status).toBe(1);
  expect(stderr).toContain('package.json does not name the repository. Add');
});

it('refuses a release from another repository', () => {
  const { status, stderr } = check({ repository: 'https://github.com/somebody/else' });
  expect(status).toBe(1);
  expect(stderr).toContain('package.json names https://github.com/somebody/else, but this is');
});

it('refuses a tag of another version, and one without a dated changelog entry', () => {
  const { status, stderr } = check({ repository, version: '1.2.4' });
  expect(status).toBe(1);
  expect(stderr).toContain('The tag is v1.2.3, but the version in package.json is 1.2.4.');
  expect(stderr).toContain('CHANGELOG.md has no dated entry for 1.2.4.');
});
