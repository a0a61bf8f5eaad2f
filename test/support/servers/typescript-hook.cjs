// Lets a plain `node -r` process run this project's TypeScript, as Jest does for the tests themselves.
const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const SETTINGS = {
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
};

// A process of the tests loads some hundred files, and most tests start several: each version is compiled once.
const version = JSON.stringify([require('@swc/core/package.json').version, SETTINGS]);
const cache = join(tmpdir(), `blueticks-test-compiled-${process.getuid?.() ?? 'all'}`);
mkdirSync(cache, { recursive: true, mode: 0o700 });

function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const key = createHash('sha256').update(`${version}\n${filename}\n${source}`).digest('hex');
  const kept = join(cache, `${key}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('@swc/core').transformSync(source, { ...SETTINGS, filename });
    // Written aside and renamed, so that no other process or thread reads half of it.
    const aside = `${kept}.${randomUUID()}`;
    writeFileSync(aside, code);
    renameSync(aside, kept);
    return code;
  }
}

require.extensions['.ts'] = (module, filename) => module._compile(compiled(filename), filename);

// Files that are loaded only when they are needed are named as they are called in the build.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isOurs = request.startsWith('.') && parent?.filename?.endsWith('.ts');
  return resolve.call(this, isOurs ? request.replace(/\.js$/, '') : request, parent, ...rest);
};
