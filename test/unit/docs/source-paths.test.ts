import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
/** Made by a build, a run or npm. `database/` is in the data folder. */
const NOT_SOURCES = /^(?:\.\/)?(?:dist|tmp|coverage|node_modules|database|\.git)\//;

const files = readdirSync(ROOT)
  .filter((name) => !NOT_SOURCES.test(`${name}/`))
  .flatMap((name) => [name, ...listBelow(name)]);
const pages = files.filter((path) => path.endsWith('.md'));

/** The documents often leave out the first folders, such as `engine/`. */
const endings = new Set(files.flatMap(endingsOf));

it.each(pages)('%s names only files and folders that exist', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const created = new Set([...text.matchAll(/^\+\+\+ b\/(\S+)$/gm)].map(([, path]) => path!));
  const missing = pathsIn(text).filter((path) => !created.has(path) && !endings.has(path));
  expect(missing).toEqual([]);
});

it.each([
  ['a file', 'see `engine/gone.ts` for it', 'engine/gone.ts'],
  ['a file in a command', '$ npm run jest -- test/unit/gone.test.ts', 'test/unit/gone.test.ts'],
  ['a linked file', 'see [it](../engine/gone/README.md)', 'engine/gone/README.md'],
  ['a folder', 'all of `engine/gone/` does', 'engine/gone'],
])('finds %s that is gone', (_what, text, path) => {
  expect(pathsIn(text)).toEqual([path]);
  expect(endings.has(path)).toBe(false);
});

it('does not take addresses, routes and what a build makes for sources', () => {
  expect(
    pathsIn('https://example.com/a/b.md `/types/nodes.json` `dist/engine/cli/main.js` `/v1/x/`'),
  ).toEqual([]);
});

function listBelow(folder: string): string[] {
  try {
    return readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, String(name)));
  } catch {
    return [];
  }
}

/** `engine/api/server.ts`, `api/server.ts`, `server.ts` */
function endingsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(index).join('/'));
}

/** The files with a folder before them, and the folders in backquotes that end in a slash. Diffs have their own test. */
function pathsIn(markdown: string): string[] {
  const text = markdown
    .replace(/^```diff\n[^]*?^```$/gm, '')
    .replace(/\w+:\/\/\S+/g, '')
    .replace(/(?<![\w/.])(?:\.\.?\/)+/g, '');
  const found = [
    ...text.matchAll(/(?<![\w/.@-])((?:[\w.-]+\/)+[\w.-]+\.(?:ts|[cm]?js|json|sql|md|yml))\b/g),
    ...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+)\/`/g),
  ].map(([, path]) => path!);
  return [...new Set(found)].filter((path) => !NOT_SOURCES.test(`${path}/`));
}
