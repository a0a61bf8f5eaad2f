import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isAllowedAddress, type AddressPolicy } from './address-policy';

/** Finds every address of a host name. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>;

export const systemResolver: Lookup = (hostname) => systemLookup(hostname, { all: true });

/** The policy forbids this host, or an address its name resolves to. No connection was made. */
export class TargetRefused extends Error {
  readonly code = 'TARGET_REFUSED';

  constructor() {
    super('target address is not allowed');
    this.name = 'TargetRefused';
  }
}

/** A name's addresses, if all of them are allowed. @throws TargetRefused, or the resolver's error */
export async function allowedAddresses(
  hostname: string,
  lookup: Lookup,
  policy: AddressPolicy,
): Promise<[{ address: string; family: number }, ...{ address: string; family: number }[]]> {
  const [first, ...rest] = await lookup(hostname);
  // One forbidden address is enough to refuse, since any of them might be used.
  const allowed = [first, ...rest].every((found) => found && isAllowedAddress(found.address, policy));
  if (!first || !allowed) throw new TargetRefused();
  return [first, ...rest];
}

/** The same for Node's sockets. */
export function checkedLookup(lookup: Lookup, policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    allowedAddresses(hostname, lookup, policy).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0].address, addresses[0].family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
