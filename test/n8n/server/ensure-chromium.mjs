import { execFileSync } from 'node:child_process';
import { findProgram } from './typescript-servers.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const COMMAND = 'apt-get update && apt-get install -y chromium';

/** The path of this machine's Chromium: as root on Debian it is installed when it is not there. */
export function ensureChromium(log) {
  const there = find();
  if (there) return there;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new Error(
      `The editor's checks need Chromium, which is not on this machine. Run: sudo sh -c '${COMMAND}'`,
    );
  }
  log('Installing Chromium.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('sh', ['-c', COMMAND], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const installed = find();
  if (!installed) throw new Error('Chromium was installed but cannot be found.');
  return installed;
}

function find() {
  return NAMES.map(findProgram).find(Boolean);
}
