import { isIP } from 'node:net';
import { classifyAddress } from '../domain/network-address';

/** `public`: only addresses on the public Internet. `any`: private networks and this machine as well. */
export type AddressPolicy = 'public' | 'any';

/**
 * Whether the engine may connect to this IP address. Every policy refuses link-local, cloud metadata and reserved
 * addresses (unspecified, multicast, …), and text that is not an address.
 */
export function isAllowedAddress(address: string, policy: AddressPolicy): boolean {
  if (isIP(address) === 0) return false;
  const kind = classifyAddress(address);
  if (kind === 'public') return true;
  return policy === 'any' && (kind === 'private' || kind === 'loopback');
}

/**
 * The IP address in a URL's host, without brackets; null for a name. The URL parser has already turned decimal, octal
 * and hexadecimal spellings into dotted form. `localhost` counts as an address, because RFC 6761 fixes what it means.
 */
export function literalAddress(hostname: string): string | null {
  const bare = hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  if (isIP(bare) !== 0) return bare;
  return bare === 'localhost' || bare.endsWith('.localhost') ? '127.0.0.1' : null;
}
