import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { lazy } from '../../async/lazy';
import { systemClock } from '../../async/clock';
import { withDeadline } from '../../async/deadline';
import { ProxyFault } from '../../domain/proxy-fault';
import { isAllowedAddress, literalAddress } from '../address-policy';
import { checkedLookup, systemResolver, type Lookup } from '../checked-lookup';
import { bracketed, type Proxy } from './proxy-url';
import { asProxyFault } from './what-failed';

const socks = lazy<typeof import('socks')>(require, 'socks');

export interface TunnelTarget {
  /** A name, which the proxy looks up, or an IP address. */
  host: string;
  port: number;
}

/** Opens a connection to a target through a proxy. @throws ProxyFault and nothing else */
export type OpenTunnel = (target: TunnelTarget) => Promise<Socket>;

export interface TunnelOptions {
  /** PEM of an authority to trust for an `https://` proxy instead of the system's. */
  ca?: string;
  /** Resolves the proxy's own name. Absent: the system's. */
  lookup?: Lookup;
  /** For the whole way to the target. Absent: 8 s. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 8_000;

/** How connections through this proxy are opened. Only the proxy's own name is looked up here, never a target's. */
export function tunnelThrough(proxy: Proxy, options: TunnelOptions = {}): OpenTunnel {
  const lookup = checkedLookup(options.lookup ?? systemResolver, 'any');
  return async (target) => {
    const address = literalAddress(proxy.host);
    if (address !== null && !isAllowedAddress(address, 'any')) throw new ProxyFault('address_not_allowed');
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const open = (signal: AbortSignal): Promise<Socket> =>
      proxy.scheme === 'socks5'
        ? openSocks(proxy, target, lookup, signal, timeoutMs)
        : openHttp(proxy, target, lookup, signal, options.ca);
    try {
      return await withDeadline(systemClock, timeoutMs, open, () => new ProxyFault('timed_out'));
    } catch (error) {
      throw asProxyFault(error);
    }
  };
}

/** RFC 9110, 9.3.6. */
function openHttp(
  proxy: Proxy,
  target: TunnelTarget,
  lookup: LookupFunction,
  signal: AbortSignal,
  ca: string | undefined,
): Promise<Socket> {
  const path = `${bracketed(target.host)}:${target.port}`;
  const auth = Buffer.from(`${proxy.user}:${proxy.password}`).toString('base64');
  const headers = { host: path, ...(proxy.user === null ? {} : { 'proxy-authorization': `Basic ${auth}` }) };
  const request = proxy.scheme === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ method: 'CONNECT', host: proxy.host, port: proxy.port, path, headers, lookup, signal },
      ...(proxy.scheme === 'https' ? { servername: isIP(proxy.host) ? '' : proxy.host, ca } : {}),
      agent: false,
    });
    asked.once('error', reject);
    asked.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        // An error in the moment before its user listens must not end the process.
        socket.on('error', () => undefined);
        return resolve(socket);
      }
      socket.destroy();
      reject(new ProxyFault(statusCode === 407 || statusCode === 401 ? 'wrong_password' : 'no_way_out'));
    });
    asked.end();
  });
}

/** RFC 1928 and 1929. */
async function openSocks(
  proxy: Proxy,
  target: TunnelTarget,
  lookup: LookupFunction,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Socket> {
  const socket = await openTcp(proxy, lookup, signal);
  const { user, password, host, port } = proxy;
  try {
    await socks().SocksClient.createConnection({
      proxy: { host, port, type: 5, ...(user === null ? {} : { userId: user, password }) },
      destination: target,
      command: 'connect',
      existing_socket: socket,
      timeout: timeoutMs,
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function openTcp({ host, port }: Proxy, lookup: LookupFunction, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup, signal, noDelay: true });
    // Also for the moment before its user listens: an error without a listener would end the process.
    socket.on('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}
