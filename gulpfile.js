'use strict';

const { execFile } = require('node:child_process');
const { chmod, rm } = require('node:fs/promises');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);

/** Everything that the compiler leaves behind: icons, codex files, migrations, the console's files. */
const ASSETS = [
  ...['nodes', 'credentials', 'engine'].map(
    (folder) => `${folder}/**/*.{svg,png,ico,json,sql,html,css,woff2}`,
  ),
  'engine/console/**/*.js',
  'engine/**/*.cjs',
];
const COMMAND = 'dist/engine/cli/main.js';
/** Makes the database folder that a first start copies instead of making one. */
const PREPARE = 'dist/engine/prepare-data-folder.js';

function clean() {
  return rm('dist', { recursive: true, force: true });
}

async function compile() {
  // Without --incremental: its notes outlive a dist/ that was removed, and it would then write nothing.
  const tsc = require.resolve('typescript/bin/tsc');
  try {
    await run(process.execPath, [
      tsc,
      '-p',
      'tsconfig.build.json',
      '--incremental',
      'false',
      '--tsBuildInfoFile',
      'null',
    ]);
  } catch (error) {
    throw new Error(error.stdout || error.message);
  }
}

function copyAssets() {
  return src(ASSETS, { base: '.', encoding: false, allowEmpty: true }).pipe(dest('dist'));
}

async function makeExecutable() {
  await chmod(COMMAND, 0o755);
}

async function prepareDataFolder() {
  await run(process.execPath, [PREPARE]);
}

/** A script of package.json. What it prints is shown when it ends, so that two do not talk at the same time. */
function script(name) {
  const task = async () => {
    try {
      const { stdout } = await run('npm', ['run', '--silent', name]);
      process.stdout.write(stdout);
    } catch ({ stdout, stderr }) {
      process.stdout.write(`${stdout}${stderr}`);
      throw new Error(`npm run ${name} failed.`);
    }
  };
  task.displayName = name;
  return task;
}

exports.build = series(clean, compile, copyAssets, makeExecutable, prepareDataFolder);
/** Everything but the tests, side by side. */
exports.check = parallel(exports.build, script('lint'), script('typecheck'));
exports.clean = clean;
exports.default = exports.build;
