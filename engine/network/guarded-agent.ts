import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isAllowedAddress, literalAddress } from './address-policy';
import {
  allowedAddresses,
  checkedLookup,
  systemResolver,
  TargetRefused,
  type Lookup,
} from './checked-lookup';
import type { OpenTunnel } from './proxy/tunnel';
import { addressPolicyOf, isListed, type TargetPolicy } from './target-policy';

export interface GuardOptions {
  targets: TargetPolicy;
  /** PEM of an authority to trust instead of the system's. */
  ca?: string;
  /** The resolver. Absent: the system's. */
  lookup?: Lookup;
  /** Milliseconds for the name lookup, TCP and TLS together. Absent: 10 s. */
  connectTimeoutMs?: number;
  /** Connects through a proxy, to the address that was checked here. */
  tunnel?: OpenTunnel;
}

/**
 * An undici agent that only connects where the policy allows. A name is resolved once per connection, all its addresses
 * are checked, and the connection goes to exactly those. There is no second lookup that could return something else
 * (DNS rebinding). Redirects are not followed, and bodies are not decompressed.
 */
export function createGuardedAgent(options: GuardOptions): Agent {
  const { targets, ca, lookup = systemResolver, tunnel } = options;
  const policy = addressPolicyOf(targets);
  const connect = buildConnector({
    timeout: options.connectTimeoutMs ?? 10_000,
    lookup: checkedLookup(lookup, policy),
    ...(ca === undefined ? {} : { ca }),
  });
  const viaProxy = async ({ hostname, protocol, port }: buildConnector.Options, open: OpenTunnel) => {
    const bare = hostname.replace(/^\[(.*)\]$/, '$1');
    const host = isIP(bare) ? bare : (await allowedAddresses(hostname, lookup, policy))[0].address;
    return open({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) });
  };
  return new Agent({
    // The caller's time limit covers the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(target, callback) {
      // A literal address needs no lookup, so it is checked here.
      const address = literalAddress(target.hostname);
      const refused = address !== null && !isAllowedAddress(address, policy);
      if (refused || !isListed(target, targets)) return callback(new TargetRefused(), null);
      if (!tunnel) return connect(target, callback);
      viaProxy(target, tunnel).then(
        (socket) => {
          if (target.protocol === 'https:') connect({ ...target, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: Error) => callback(error, null),
      );
    },
  });
}
