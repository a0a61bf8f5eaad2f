import { isAllowedAddress, literalAddress, type AddressPolicy } from './address-policy';
import type { Fault } from './fault';

/**
 * Where the engine may connect: `public`, `any`, or a list of `host`, `host:port`, `[ipv6]`, `[ipv6]:port`
 * and `*.example.com` (subdomains at any depth, not example.com itself), each in lower case.
 */
export type TargetPolicy = 'any' | 'public' | readonly string[];

export interface Target {
  protocol: string;
  hostname: string;
  /** Empty for the protocol's own port. */
  port: string;
}

/** A listed host is trusted with a private address, but even it never leads to a metadata service. */
export function addressPolicyOf(targets: TargetPolicy): AddressPolicy {
  return targets === 'public' ? 'public' : 'any';
}

/** Whether the host and port are ones that the policy lets in, before any name is looked up. */
export function isListed(target: Target, targets: TargetPolicy): boolean {
  if (typeof targets === 'string') return true;
  const host = bareHost(target.hostname);
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return targets.some((entry) => {
    const [, listedHost = '', listedPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
    if (listedPort !== undefined && Number(listedPort) !== Number(port)) return false;
    const wanted = bareHost(listedHost);
    return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
  });
}

/** Brackets, case, a root dot and the spelling of an IPv6 address make no other host. */
function bareHost(hostname: string): string {
  const host = hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  if (!host.includes(':')) return host;
  return URL.canParse(`http://[${host}]`) ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host;
}

/**
 * What is wrong with a webhook's URL, or null. This is the check at registration: a name is not looked up here,
 * since it may resolve to something else later; the guarded agent checks the address at every connection.
 */
export function checkWebhookUrl(url: string, targets: TargetPolicy): Fault | null {
  // The URL standard drops it in silence, and what is stored would not be what is called.
  if (/[\s\p{Cc}]/u.test(url)) {
    return { code: 'invalid_url', message: 'holds white space; remove it, or write %20 for a space' };
  }
  if (!URL.canParse(url)) {
    return {
      code: 'invalid_url',
      message: 'is no URL; give a whole one such as https://example.com/incoming',
    };
  }
  const parsed = new URL(url);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    return {
      code: 'scheme_not_allowed',
      message: `begins with "${parsed.protocol}", which cannot take events; use https:// or http://`,
    };
  }
  if (parsed.username || parsed.password) {
    return {
      code: 'credentials_in_url',
      message: 'holds a user name or password; leave them out and verify the signature header instead',
    };
  }
  if (url.includes('#')) {
    return { code: 'fragment_in_url', message: 'has a #fragment, which is never sent; leave it out' };
  }
  if (!isListed(parsed, targets)) {
    return {
      code: 'target_not_listed',
      message: `leads to ${parsed.host}, which BLUETICKS_WEBHOOK_TARGETS does not list; add it there or use a listed host`,
    };
  }
  const address = literalAddress(parsed.hostname);
  if (address !== null && !isAllowedAddress(address, addressPolicyOf(targets))) {
    return { code: 'address_not_allowed', message: addressMessage(address, targets) };
  }
  return null;
}

function addressMessage(address: string, targets: TargetPolicy): string {
  if (targets === 'public' && isAllowedAddress(address, 'any')) {
    return `leads to ${address}, which is private, and BLUETICKS_WEBHOOK_TARGETS is "public"; use a public host or set it to "any"`;
  }
  return `leads to ${address}, a link-local, metadata or reserved address that events are never sent to; use the receiver's own address`;
}
