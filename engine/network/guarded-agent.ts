import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isAllowedAddress, literalAddress } from './address-policy';
import { addressPolicyOf, isListed, type TargetPolicy } from './target-policy';

/** Finds every address of a host name. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>;

export interface GuardOptions {
  targets: TargetPolicy;
  /** PEM of an authority to trust instead of the system's. */
  ca?: string;
  /** The resolver. Absent: the system's. */
  lookup?: Lookup;
  /** Milliseconds for the name lookup, TCP and TLS together. Absent: 10 s. */
  connectTimeoutMs?: number;
}

/** The policy forbids this host, or an address its name resolves to. No connection was made. */
export class TargetRefused extends Error {
  readonly code = 'TARGET_REFUSED';

  constructor() {
    super('target address is not allowed');
    this.name = 'TargetRefused';
  }
}

/**
 * An undici agent that only connects where the policy allows. A name is resolved once per connection, all its addresses
 * are checked, and the connection goes to exactly those. There is no second lookup that could return something else
 * (DNS rebinding). Redirects are not followed, and bodies are not decompressed.
 */
export function createGuardedAgent(options: GuardOptions): Agent {
  const { targets, ca, lookup = (hostname) => systemLookup(hostname, { all: true }) } = options;
  const connect = buildConnector({
    timeout: options.connectTimeoutMs ?? 10_000,
    lookup: checkedLookup(lookup, targets),
    ...(ca === undefined ? {} : { ca }),
  });
  return new Agent({
    // The caller's time limit covers the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(target, callback) {
      // A literal address needs no lookup, so it is checked here.
      const address = literalAddress(target.hostname);
      const refused = address !== null && !isAllowedAddress(address, addressPolicyOf(targets));
      if (refused || !isListed(target, targets)) callback(new TargetRefused(), null);
      else connect(target, callback);
    },
  });
}

function checkedLookup(lookup: Lookup, targets: TargetPolicy): LookupFunction {
  const policy = addressPolicyOf(targets);
  return (hostname, options, callback) => {
    lookup(hostname).then(
      (addresses) => {
        const first = addresses[0];
        // One forbidden address is enough to refuse, since any of them might be used.
        const allowed = addresses.every(({ address }) => isAllowedAddress(address, policy));
        if (!first || !allowed) callback(new TargetRefused(), '');
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
