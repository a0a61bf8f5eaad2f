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
  /** Empty for the protocol's default port. */
  port: string;
}

/** A listed host may have a private address, but never that of a metadata service. */
export function addressPolicyOf(targets: TargetPolicy): AddressPolicy {
  return targets === 'public' ? 'public' : 'any';
}

/** Whether the policy allows the host and port, before any name is looked up. */
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

/** The host in one form for comparison: no brackets, lower case, no final dot, one spelling for each IPv6 address. */
function bareHost(hostname: string): string {
  const host = hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  if (!host.includes(':')) return host;
  return URL.canParse(`http://[${host}]`) ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host;
}

/**
 * What is wrong with a webhook's URL, or null. This is the check at registration. It does not look up names, because
 * they may resolve to something else later: the guarded agent checks the address of every connection.
 */
export function checkWebhookUrl(url: string, targets: TargetPolicy): Fault | null {
  // The URL parser silently drops white space, so the stored URL would differ from the one that is called.
  if (/[\s\p{Cc}]/u.test(url)) {
    return { code: 'invalid_url', message: 'contains white space. Remove it, or write %20 for a space.' };
  }
  if (!URL.canParse(url)) {
    return {
      code: 'invalid_url',
      message: 'is not a URL. Use a complete one such as https://example.com/incoming.',
    };
  }
  const parsed = new URL(url);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    return {
      code: 'scheme_not_allowed',
      message: `starts with "${parsed.protocol}", which cannot receive events. Use https:// or http://.`,
    };
  }
  if (parsed.username || parsed.password) {
    return {
      code: 'credentials_in_url',
      message: 'contains a user name or password. Remove them, and verify the signature header instead.',
    };
  }
  if (url.includes('#')) {
    return { code: 'fragment_in_url', message: 'has a #fragment, which is never sent. Remove it.' };
  }
  if (!isListed(parsed, targets)) {
    return {
      code: 'target_not_listed',
      message: `leads to ${parsed.host}, which is not listed in BLUETICKS_WEBHOOK_TARGETS. Add it there, or use a listed host.`,
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
    return `leads to ${address}, which is private, but BLUETICKS_WEBHOOK_TARGETS is "public". Use a public host, or set it to "any".`;
  }
  return `leads to ${address}, a link-local, metadata or reserved address, to which events are never sent. Use the receiver's own address.`;
}
