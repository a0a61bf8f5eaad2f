import { isAllowedAddress, literalAddress } from '../address-policy';
import type { Fault } from '../fault';

/** A proxy, in parts. */
export interface Proxy {
  scheme: 'http' | 'https' | 'socks5';
  /** A name in lower case, or an IP address without brackets. */
  host: string;
  port: number;
  /** Null: it asks for none. */
  user: string | null;
  password: string;
}

export const LONGEST_PROXY_URL = 1024;

/** RFC 1929 gives each a length of one byte. */
const MOST_SOCKS_BYTES = 255;
const SHAPE = /^(https?|socks5h?):\/\/(?:(?<auth>.*)@)?(?<host>\[[^\]]*\]|[^:@/?#]+)(?::(?<port>\d*))?\/?$/i;
/** What replaces parts of a masked URL. */
const MASK = '***';

/**
 * Reads the URL of a proxy: `http://`, `https://` or `socks5://`, with user and password if it needs them. `socks5h://` is
 * the same, as the proxy always looks names up.
 * @returns what is wrong with it otherwise
 */
export function readProxyUrl(text: string): Proxy | Fault {
  if (/[\s\p{Cc}]/u.test(text)) return fault('contains white space. Remove it, or write %20 for a space.');
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !/^(https?|socks5h?)$/.test(scheme))
    return fault('must start with http://, https:// or socks5://.');
  const { auth, host: written = '', port } = SHAPE.exec(text)?.groups ?? {};
  if (written === '')
    return fault(
      'is not complete. Write it as socks5://user:password@host:1080. A / ? or # in the password is %2F %3F or %23.',
    );
  if (!port) return fault('has no port. Add it after the host, such as :1080.');
  if (Number(port) < 1 || Number(port) > 65_535) return fault('has a port that is not between 1 and 65535.');
  const host = hostOf(written);
  if (host === null) return fault('has a host that is not a name or an IP address.');
  const address = literalAddress(host);
  if (address !== null && !isAllowedAddress(address, 'any'))
    return fault('leads to a link-local, metadata or reserved address. Use the address of a proxy.');
  const known = readAuth(auth ?? '');
  if (typeof known === 'string') return fault(known);
  const kind = (scheme === 'socks5h' ? 'socks5' : scheme) as Proxy['scheme'];
  if (
    kind === 'socks5' &&
    [known.user ?? '', known.password].some((part) => Buffer.byteLength(part) > MOST_SOCKS_BYTES)
  )
    return fault(
      `has a user or password of more than ${MOST_SOCKS_BYTES} bytes, which SOCKS5 does not allow.`,
    );
  return { scheme: kind, host, port: Number(port), ...known };
}

/** Whether a URL was read. */
export const isProxy = (read: Proxy | Fault): read is Proxy => 'scheme' in read;

/** The URL without the password and most of the user, which is part of the secret at some providers. */
export function maskProxy({ scheme, host, port, user }: Proxy): string {
  const shownUser = user !== null && user.length > 6 ? user.slice(0, 2) : '';
  return `${scheme}://${user === null ? '' : `${shownUser}${MASK}:${MASK}@`}${bracketed(host)}:${port}`;
}

/** An address as a URL or a header has it. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const fault = (message: string): Fault => ({ code: 'invalid_proxy', message });

/** By the rules for http, which know every spelling of a host. */
function hostOf(written: string): string | null {
  if (!URL.canParse(`http://${written}`)) return null;
  const { hostname } = new URL(`http://${written}`);
  return hostname === '' ? null : hostname.replace(/^\[(.*)\]$/, '$1');
}

function readAuth(auth: string): { user: string | null; password: string } | string {
  if (auth === '') return { user: null, password: '' };
  if (auth.includes(MASK))
    return 'is the masked form that the engine shows. Send the whole URL, with its user and password.';
  const colon = auth.indexOf(':');
  const [user, password] = colon === -1 ? [auth, ''] : [auth.slice(0, colon), auth.slice(colon + 1)];
  try {
    const known = { user: decodeURIComponent(user), password: decodeURIComponent(password) };
    if (known.user === '') return 'has a password but no user.';
    return known.user.includes(':') ? 'has a user with a colon, which proxies do not allow.' : known;
  } catch {
    return 'has a % in the user or password that stands for nothing. Write it as %25.';
  }
}
