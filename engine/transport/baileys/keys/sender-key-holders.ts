import { userOf } from '../jids';

/** Jids of devices. */
type Devices = Record<string, boolean>;

/**
 * Who has our sender key of each group: Baileys' `sender-key-memory`. It lives only as long as this process, because a
 * new one has new keys, which nobody has yet.
 */
export class SenderKeyHolders {
  private readonly byGroup = new Map<string, Devices>();
  /** Users who lost their keys after Baileys read who has the group's key, and before it writes that back. */
  private readonly lost = new Map<string, Set<string>>();

  /** A copy: Baileys changes it before it writes it back, and may then fail. */
  get(group: string): Devices | null {
    const devices = this.byGroup.get(group);
    this.lost.set(group, new Set());
    return devices ? { ...devices } : null;
  }

  /** @param devices null: nobody */
  set(group: string, devices: Devices | null): void {
    const lost = this.lost.get(group);
    this.lost.delete(group);
    if (devices) this.byGroup.set(group, without(lost ?? new Set(), devices));
    else this.byGroup.delete(group);
  }

  /** All devices of these users need the keys of all groups again. */
  forget(users: ReadonlySet<string>): void {
    for (const [group, devices] of this.byGroup) this.byGroup.set(group, without(users, devices));
    for (const lost of this.lost.values()) for (const user of users) lost.add(user);
  }
}

function without(users: ReadonlySet<string>, devices: Devices): Devices {
  if (users.size === 0 || !Object.keys(devices).some((jid) => users.has(userOf(jid)))) return devices;
  return Object.fromEntries(Object.entries(devices).filter(([jid]) => !users.has(userOf(jid))));
}
