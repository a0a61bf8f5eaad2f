import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds and packs the package of `checkout`, and installs it into n8n's user folder as n8n's installer for community
 * nodes does: unpacked, without development, peer and optional dependencies, without install scripts. Replaces the
 * package that is already there, but keeps its libraries, so that the next time takes seconds.
 * Returns the packed files.
 */
export function installPackage(checkout, userFolder) {
  const run = (command, args, cwd) =>
    execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  run(process.execPath, [join(checkout, 'node_modules', 'gulp', 'bin', 'gulp.js'), 'build'], checkout);
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', userFolder], checkout).toString(
      'utf8',
    ),
  );
  const folder = join(userFolder, '.n8n', 'nodes', 'node_modules', packed.name);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name !== 'node_modules') rmSync(join(folder, name), { recursive: true });
  }
  run('tar', ['-xzf', join(userFolder, packed.filename), '-C', folder, '--strip-components=1'], userFolder);
  const manifest = join(folder, 'package.json');
  const {
    devDependencies: _dev,
    peerDependencies: _peer,
    optionalDependencies: _optional,
    ...kept
  } = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, JSON.stringify(kept, null, 2));
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], folder);
  return packed.files.map(({ path }) => path);
}
