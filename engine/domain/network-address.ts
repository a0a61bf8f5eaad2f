import ipaddr from 'ipaddr.js';

export type AddressClass = 'public' | 'private' | 'loopback' | 'link_local' | 'metadata' | 'reserved';

/**
 * Where clouds serve a machine's credentials: AWS, GCP, Azure and most others; AWS ECS and EKS; Oracle; Alibaba; Azure's
 * wire server (which looks like a public address); AWS, EKS and GCP over IPv6.
 */
const METADATA = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '192.0.0.192',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
  ].map((address) => ipaddr.parse(address).toNormalizedString()),
);

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');
/** All unicast addresses that IANA has assigned. Nothing outside it is public. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

const CLASS_OF_RANGE: Record<string, AddressClass> = {
  unicast: 'public',
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  loopback: 'loopback',
  linkLocal: 'link_local',
};

function classifyV4(address: ipaddr.IPv4): AddressClass {
  if (METADATA.has(address.toNormalizedString())) return 'metadata';
  return CLASS_OF_RANGE[address.range()] ?? 'reserved';
}

/** The IPv4 address in the four bytes from `first` of an IPv6 address. */
function embedded(address: ipaddr.IPv6, first: number): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(first, first + 4));
}

function classifyV6(address: ipaddr.IPv6): AddressClass {
  if (METADATA.has(new ipaddr.IPv6(address.parts).toNormalizedString())) return 'metadata';
  const range = address.range();
  if (range === 'loopback') return 'loopback';
  if (range === 'unspecified') return 'reserved';
  if (range === 'ipv4Mapped' || address.match(NAT64) || address.match(IPV4_COMPATIBLE))
    return classifyV4(embedded(address, 12));
  if (range === '6to4') return classifyV4(embedded(address, 2));
  // The operator of 64:ff9b:1::/48 (RFC 8215) can translate it to anything, including private networks.
  if (range === 'rfc6052') return 'private';
  if (range === 'unicast' && !address.match(GLOBAL_UNICAST)) return 'reserved';
  return CLASS_OF_RANGE[range] ?? 'reserved';
}

/**
 * The kind of network that an IP address leads to. An IPv6 address that contains an IPv4 address (mapped, compatible,
 * NAT64, 6to4) counts as that one. Brackets are allowed. Anything but four-part decimal or IPv6 notation is `reserved`,
 * so only known public addresses are `public`. Ranges: IANA's special-purpose address registries, from ipaddr.js.
 */
export function classifyAddress(ip: string): AddressClass {
  const bare = ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
  // Not ipaddr.isValid, which also accepts the short, octal and hexadecimal notations of inet_aton.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return classifyV4(ipaddr.IPv4.parse(bare));
  return ipaddr.IPv6.isValid(bare) ? classifyV6(ipaddr.IPv6.parse(bare)) : 'reserved';
}
