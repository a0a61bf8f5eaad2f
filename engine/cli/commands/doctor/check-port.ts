import { createServer } from 'node:net';
import type { EngineConfig } from '../../../config';
import type { EngineFile } from '../../../data-folder/engine-file';
import { pidAt } from '../../../data-folder/running-engine';
import { bad, good, type Finding } from './finding';

const PROBE_MS = 2_000;

/** Whether the engine can listen at its address, or already does. */
export async function checkPort(
  { host, port }: Pick<EngineConfig, 'host' | 'port'>,
  engine: EngineFile | null,
): Promise<Finding> {
  const at = `${host}:${port}`;
  const fault = await tryListening(host, port);
  if (fault === null) {
    const note = engine ? `; the running engine listens at ${engine.url}` : '';
    return good((port === 0 ? 'any free port' : `${at} is free`) + note);
  }
  if (fault === 'EACCES') {
    return bad(`${at} may not be used by this user`, 'Set BLUETICKS_PORT to a port above 1023.');
  }
  if (fault !== 'EADDRINUSE') {
    return bad(
      `${host} is not an address of this machine (${fault})`,
      'Set BLUETICKS_HOST to one such as 127.0.0.1 or 0.0.0.0.',
    );
  }
  const pid = await pidAt(`http://${reachable(host)}:${port}`);
  if (pid !== null && pid === engine?.pid) return good(`${at}, where the engine answers (process ${pid})`);
  if (pid !== null) {
    return bad(
      `${at} is taken by another engine (process ${pid}), with another data folder`,
      'Stop that engine, or set BLUETICKS_PORT to another port.',
    );
  }
  return bad(
    `${at} is taken by another program`,
    'Stop that program, or set BLUETICKS_PORT to another port.',
  );
}

/** @returns the system's error code, or null if it worked. */
function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    const timer = setTimeout(() => resolve('ETIMEDOUT'), PROBE_MS);
    server.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port }, () => {
      clearTimeout(timer);
      server.close(() => resolve(null));
    });
  });
}

/** An address that can be called; one that means "listen everywhere" cannot. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
