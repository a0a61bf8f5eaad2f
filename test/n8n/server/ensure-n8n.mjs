import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const N8N_VERSION = '2.41.1';
const NODE_MAJOR = 24;
/** What is kept between runs, outside the checkout. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-blueticks');

/**
 * Installs a real n8n, and the Node it needs, from the npm registry into a cache folder outside the checkout, unless they
 * are already there (about 5 minutes and 3 GB). Returns the paths of `node` and of n8n's package.
 */
export function ensureN8n(log) {
  const home = join(CACHE, `n8n-${N8N_VERSION}`);
  const nodePackage = join(home, 'n24', 'node_modules', `node-${process.platform}-${process.arch}`);
  const paths = {
    node: join(nodePackage, 'bin', 'node'),
    n8n: join(home, 'n8n', 'node_modules', 'n8n'),
  };
  const complete = join(home, 'complete');
  if (existsSync(complete)) return paths;
  log(`Installing n8n ${N8N_VERSION} into ${home}: once, about 5 minutes and 3 GB.`);
  rmSync(home, { recursive: true, force: true });
  for (const folder of ['n24', 'n8n']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'n24', 'package.json'), '{"private":true}');
  // The override fixes a dependency that n8n wants in a version that was never published.
  writeFileSync(join(home, 'n8n', 'package.json'), '{"private":true,"overrides":{"linkedom":"0.18.12"}}');
  const npm = (folder, args, env = {}) =>
    execFileSync('npm', [...args, '--no-audit', '--no-fund'], {
      cwd: join(home, folder),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  npm('n24', ['install', `node-${process.platform}-${process.arch}@${NODE_MAJOR}`, '--ignore-scripts']);
  const env = { PATH: `${join(nodePackage, 'bin')}${delimiter}${process.env.PATH}` };
  npm('n8n', ['install', `n8n@${N8N_VERSION}`, '--ignore-scripts'], env);
  npm('n8n', ['rebuild', 'sqlite3'], {
    ...env,
    npm_config_build_from_source: 'true',
    npm_config_nodedir: nodePackage,
    npm_config_ignore_scripts: 'false',
  });
  writeFileSync(complete, new Date().toISOString());
  return paths;
}
