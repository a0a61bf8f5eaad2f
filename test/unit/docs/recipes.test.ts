import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const FOLDER = join(ROOT, 'docs/recipes');
const recipes = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));

describe.each(recipes)('the recipe %s', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const paths = (header: RegExp) => [...text.matchAll(header)].map(([, path]) => path!);

  it('changes only files that exist', () => {
    const changed = paths(/^--- a\/(\S+)$/gm);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('has diffs that apply to the sources', () => {
    const diffs = [...text.matchAll(/^```diff\n([^]*?)^```$/gm)].map(([, diff]) => diff!);
    const { stderr } = spawnSync('git', ['apply', '--check', '-'], { cwd: ROOT, input: diffs.join('') });
    expect(stderr.toString()).toBe('');
  });

  it('creates only files that do not exist', () => {
    const created = paths(/^--- \/dev\/null\n\+\+\+ b\/(\S+)$/gm);
    expect(created.filter((path) => existsSync(join(ROOT, path)))).toEqual([]);
  });
});

it('CONTRIBUTING links each recipe', () => {
  const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const linked = [...page.matchAll(/\(docs\/recipes\/(\S+?)\)/g)].map(([, name]) => name!);
  expect(linked.sort()).toEqual([...recipes].sort());
});
