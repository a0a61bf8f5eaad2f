import { isIP } from 'node:net';

/** The name in a `Host` header, without its port, in lower case; null if it has none. */
export function hostName(header: string): string | null {
  const [, bracketed, name] = /^(?:\[([^\]]+)\]|([^:/?#@[\]\s]+))(?::\d*)?$/.exec(header.trim()) ?? [];
  return (bracketed ?? name)?.toLowerCase().replace(/\.$/, '') ?? null;
}

/**
 * Whether a request that came under this name may be answered without a key. A web page can give its own name our address
 * (DNS rebinding), and then read what we answer in its visitor's browser. It cannot do that with an IP address, with
 * `localhost`, or with a name without a dot, which no public name server answers.
 * @param header the `Host` header; undefined for HTTP/1.0, which no browser speaks
 * @param own more names of this engine, in lower case
 */
export function isTrustedHost(header: string | undefined, own: ReadonlySet<string>): boolean {
  if (header === undefined) return true;
  const name = hostName(header);
  if (name === null) return false;
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost') || own.has(name);
}
