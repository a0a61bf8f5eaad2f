import { createServer } from 'node:net';
import type { EngineConfig } from '../../config';
import type { EngineFile } from '../../data-folder/engine-file';
import { pidAt } from '../running-engine';
import { bad, good, type Finding } from './finding';

const PROBE_MS = 2_000;

/** Whether the engine could listen where it is told to, or does already. */
export async function checkPort(
  { host, port }: Pick<EngineConfig, 'host' | 'port'>,
  engine: EngineFile | null,
): Promise<Finding> {
  const at = `${host}:${port}`;
  const fault = await tryListening(host, port);
  if (fault === null) {
    const note = engine ? `; the engine that runs listens at ${engine.url}` : '';
    return good((port === 0 ? 'any free one' : `${at} is free`) + note);
  }
  if (fault === 'EACCES') {
    return bad(`${at} may not be used by this user`, 'give a port above 1023 with BLUETICKS_PORT');
  }
  if (fault !== 'EADDRINUSE') {
    return bad(
      `${host} is no address of this machine (${fault})`,
      'give one such as 127.0.0.1 or 0.0.0.0 with BLUETICKS_HOST',
    );
  }
  const pid = await pidAt(`http://${reachable(host)}:${port}`);
  if (pid !== null && pid === engine?.pid) return good(`${at}, where the engine answers (process ${pid})`);
  if (pid !== null) {
    return bad(
      `${at} is taken by another engine (process ${pid}), with another data folder`,
      'stop that one, or give this one another port with BLUETICKS_PORT',
    );
  }
  return bad(
    `${at} is taken by another program`,
    'stop that program, or give another port with BLUETICKS_PORT',
  );
}

/** @returns the fault's code, or null when it worked. */
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

/** An address to listen on everywhere is none to call. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
