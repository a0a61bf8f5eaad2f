import ipaddr from 'ipaddr.js';

/** What one customer of an internet provider usually gets: they can use any address in it. */
const IPV6_PREFIX_BITS = 64;

/**
 * Who a remote address stands for when requests are counted: an IPv4 address for itself, in whichever form it comes, and
 * an IPv6 address for its whole /64 network.
 * @param address as the system shows it, such as `::ffff:203.0.113.7` or `fe80::1%eth0`
 */
export function clientAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return bare;
  const parsed = ipaddr.process(bare);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_PREFIX_BITS}`).toString()}/${IPV6_PREFIX_BITS}`;
}
