import { isIP } from 'node:net';
import { classifyAddress } from '../domain/network-address';

/** `public`: only addresses of the open Internet. `any`: private networks and this machine as well. */
export type AddressPolicy = 'public' | 'any';

/**
 * Whether the engine may connect to this IP address. Link-local, cloud metadata and reserved addresses
 * (unspecified, multicast, …) are refused under every policy; so is text that is no address.
 */
export function isAllowedAddress(address: string, policy: AddressPolicy): boolean {
  if (isIP(address) === 0) return false;
  const kind = classifyAddress(address);
  if (kind === 'public') return true;
  return policy === 'any' && (kind === 'private' || kind === 'loopback');
}

/**
 * The IP address that a URL's host is, without brackets, or null for a name. WHATWG URL has by then turned
 * decimal, octal and hexadecimal spellings into dotted form. `localhost` counts as an address, because
 * RFC 6761 says that it is never anything else.
 */
export function literalAddress(hostname: string): string | null {
  const bare = hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  if (isIP(bare) !== 0) return bare;
  return bare === 'localhost' || bare.endsWith('.localhost') ? '127.0.0.1' : null;
}
