import { Redis } from 'ioredis';
import { findProgram, freePort, startServer, type ChildServer } from './child-server';
import { tempFolder } from './temp-folder';

/** An empty Redis of its own on a free port of 127.0.0.1, with nothing on disk. */
export async function startRedisServer(port?: number): Promise<ChildServer> {
  const program = findProgram('redis-server') ?? findProgram('valkey-server');
  if (!program) throw new Error('There is no redis-server on this machine.');
  const folder = await tempFolder('redis');
  const used = port ?? (await freePort());
  const args = [
    '--port',
    `${used}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder.path,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server = await startServer(program, args, {}, () => answers(used));
  return {
    url: `redis://127.0.0.1:${used}`,
    pid: server.pid,
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
