import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { Agent as Dispatcher, buildConnector } from 'undici';
import { ProxyFault } from '../../domain/proxy-fault';
import type { OpenTunnel } from './tunnel';

type OnCreated = (error: Error | null, stream: Duplex) => void;
type Connecting = ClientRequestArgs & { servername?: string };

const noStream = undefined as unknown as Duplex;

/** Node's agent for `http:` and `ws:`, all of whose connections go through a proxy. */
class ProxiedHttpAgent extends HttpAgent {
  constructor(private readonly open: OpenTunnel) {
    super();
  }

  override createConnection({ host, port }: Connecting, created?: OnCreated): undefined {
    this.open({ host: host ?? '', port: Number(port) }).then(
      (socket) => created?.(null, socket),
      (error: Error) => created?.(error, noStream),
    );
  }
}

/** The same for `https:` and `wss:`. */
class ProxiedHttpsAgent extends HttpsAgent {
  constructor(
    private readonly open: OpenTunnel,
    private readonly ca: string | undefined,
  ) {
    super();
  }

  override createConnection(connecting: Connecting, created?: OnCreated): undefined {
    const {
      host = '',
      port,
      servername,
    } = connecting as { host?: string; port: unknown; servername?: string };
    this.open({ host, port: Number(port) }).then(
      (socket) => {
        const name = servername || (isIP(host) ? '' : host);
        const ca = this.ca === undefined ? {} : { ca: this.ca };
        created?.(null, connectTls({ socket, host, servername: name, ALPNProtocols: ['http/1.1'], ...ca }));
      },
      (error: Error) => created?.(error, noStream),
    );
  }
}

/** For `https.request` and for a WebSocket. @param protocol of what is called */
export function proxiedAgent(open: OpenTunnel, protocol: string, ca?: string): HttpAgent | HttpsAgent {
  return protocol === 'https:' || protocol === 'wss:'
    ? new ProxiedHttpsAgent(open, ca)
    : new ProxiedHttpAgent(open);
}

/** For undici and `fetch`: https alone. */
export function proxiedDispatcher(open: OpenTunnel, ca?: string): Dispatcher {
  const connect = buildConnector(ca === undefined ? {} : { ca });
  return new Dispatcher({
    connect(target, callback) {
      if (target.protocol !== 'https:') return callback(new ProxyFault('no_way_out'), null);
      const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
      open({ host, port: Number(target.port || 443) }).then(
        (httpSocket) => connect({ ...target, httpSocket }, callback),
        (error: Error) => callback(error, null),
      );
    },
  });
}

/**
 * Makes sure that a server can be reached through a proxy, and for `wss:` that it is the right one.
 * @param limitMs for the handshake
 * @throws ProxyFault
 */
export async function reachThrough(open: OpenTunnel, url: URL, limitMs: number): Promise<void> {
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = await open({ host, port: Number(url.port || (secure ? 443 : 80)) });
  try {
    if (!secure) return;
    await new Promise<void>((resolve, reject) => {
      const inside = connectTls({ socket, servername: isIP(host) ? '' : host, host });
      inside.setTimeout(limitMs, () => reject(new ProxyFault('timed_out')));
      inside.once('secureConnect', resolve);
      inside.once('error', ({ code }: NodeJS.ErrnoException) =>
        reject(new ProxyFault(code === 'ECONNRESET' ? 'no_way_out' : 'not_whatsapp')),
      );
    });
  } finally {
    socket.destroy();
  }
}
