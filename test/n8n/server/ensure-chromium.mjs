import { execFileSync } from 'node:child_process';
import { findProgram } from './typescript-servers.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const COMMAND = 'apt-get update && apt-get install -y chromium';

/** The path of Chromium on this machine. As root on Debian, installs it if it is missing. */
export function ensureChromium(log) {
  const found = find();
  if (found) return found;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new Error(
      `The checks of the editor need Chromium, which is not installed. Run: sudo sh -c '${COMMAND}'`,
    );
  }
  log('Installing Chromium.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('sh', ['-c', COMMAND], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const installed = find();
  if (!installed) throw new Error('Chromium was installed but cannot be found. Put it on the PATH.');
  return installed;
}

function find() {
  return NAMES.map(findProgram).find(Boolean);
}
