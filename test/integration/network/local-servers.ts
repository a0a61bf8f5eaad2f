import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LocalServer {
  port: number;
  /** Every connection that was ever made to it. */
  sockets: Socket[];
  close(): Promise<void>;
}

/** A certificate for the names, signed by itself; it is its own authority. */
export function selfSigned(names: string): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  try {
    const options = ['-nodes', '-days', '2', '-subj', '/CN=test', '-addext', `subjectAltName=${names}`];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...options, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function startHttp(listener: RequestListener, host = '127.0.0.1'): Promise<LocalServer> {
  return start(createHttpServer(listener), host);
}

export function startHttps(
  tls: { cert: string; key: string },
  listener: RequestListener,
): Promise<LocalServer> {
  return start(createHttpsServer(tls, listener), '127.0.0.1');
}

export function startTcp(listener: (socket: Socket) => void): Promise<LocalServer> {
  return start(createTcpServer(listener), '127.0.0.1');
}

async function start(server: Server, host: string): Promise<LocalServer> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = await startTcp(() => undefined);
  await server.close();
  return server.port;
}
