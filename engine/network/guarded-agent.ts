import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isAllowedAddress, literalAddress } from './address-policy';
import { addressPolicyOf, isListed, type TargetPolicy } from './target-policy';

/** Every address of a host name. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>;

export interface GuardOptions {
  targets: TargetPolicy;
  /** PEM of an authority to trust in place of the system's. */
  ca?: string;
  /** The resolver; absent: the system's. */
  lookup?: Lookup;
  /** Milliseconds for name look-up, TCP and TLS together (10 s). */
  connectTimeoutMs?: number;
}

/** The policy forbids this host, or an address that its name resolves to. Nothing was connected to. */
export class TargetRefused extends Error {
  readonly code = 'TARGET_REFUSED';

  constructor() {
    super('target address is not allowed');
    this.name = 'TargetRefused';
  }
}

/**
 * An undici agent that connects only where the policy allows. A name is resolved once for each connection, all its
 * addresses are checked, and the connection goes to just those: a second, different answer of the name server
 * (DNS rebinding) is never asked for. Redirects are not followed and bodies not decompressed.
 */
export function createGuardedAgent(options: GuardOptions): Agent {
  const { targets, ca, lookup = (hostname) => systemLookup(hostname, { all: true }) } = options;
  const connect = buildConnector({
    timeout: options.connectTimeoutMs ?? 10_000,
    lookup: checkedLookup(lookup, targets),
    ...(ca === undefined ? {} : { ca }),
  });
  return new Agent({
    // Its own time limits would overlap with the caller's, which covers the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(target, callback) {
      // A literal address is connected to without a look-up, so it has to be checked here.
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
        // One bad address among good ones is refused too: which of them gets used is up to the network.
        const allowed = addresses.every(({ address }) => isAllowedAddress(address, policy));
        if (!first || !allowed) callback(new TargetRefused(), '');
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
