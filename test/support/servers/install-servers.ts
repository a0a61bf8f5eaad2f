import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { findProgram, run } from './child-server';

const POLICY = '/usr/sbin/policy-rc.d';

/** The Debian package of each server, and whether its programs are there. */
const SERVERS = {
  postgres: {
    package: 'postgresql',
    isThere: () => Boolean(findProgram('initdb') && findProgram('postgres')),
  },
  redis: {
    package: 'redis-server',
    isThere: () => Boolean(findProgram('redis-server') ?? findProgram('valkey-server')),
  },
} as const;

/**
 * Makes sure that the programs of these servers are on this machine. As root on Debian it installs what is missing.
 *
 * @throws Error with the command to run where it cannot install them
 */
export async function installServers(...names: (keyof typeof SERVERS)[]): Promise<void> {
  const missing = names.filter((name) => !SERVERS[name].isThere()).map((name) => SERVERS[name].package);
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new Error(`The tests need ${missing.join(' and ')}. Run: sudo sh -c '${command}'`);
  }
  // Debian starts what it installs, on the default ports, unless this policy says no.
  const denyStart = !existsSync(POLICY);
  if (denyStart) await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('sh', ['-c', command], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 1 << 26,
    });
  } finally {
    if (denyStart) await rm(POLICY, { force: true });
  }
  if (!names.every((name) => SERVERS[name].isThere())) {
    throw new Error(`${missing.join(' and ')} were installed, but their programs were not found.`);
  }
}
