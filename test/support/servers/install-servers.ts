import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { findProgram, run } from './child-server';

const COMMAND = 'apt-get update && apt-get install -y redis-server postgresql';
const POLICY = '/usr/sbin/policy-rc.d';

/** Sees to it that PostgreSQL's and Redis' programs are there: as root on Debian by installing them. */
export async function installServers(): Promise<void> {
  if (serversAreThere()) return;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new Error(
      `The tests need PostgreSQL and Redis, which are not on this machine. Run: sudo sh -c '${COMMAND}'`,
    );
  }
  // Debian starts what it installs, on the default ports; this file of its own policy says no.
  const denyStart = !existsSync(POLICY);
  if (denyStart) await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('sh', ['-c', COMMAND], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 1 << 26,
    });
  } finally {
    if (denyStart) await rm(POLICY, { force: true });
  }
  if (!serversAreThere()) throw new Error('PostgreSQL and Redis were installed but cannot be found.');
}

function serversAreThere(): boolean {
  const redis = findProgram('redis-server') ?? findProgram('valkey-server');
  return Boolean(redis && findProgram('initdb') && findProgram('postgres'));
}
