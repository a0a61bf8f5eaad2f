import { TransportError } from '../../transport';
import { noAnswer } from '../errors';
import { accountJid, isChannel, isGroup, isLid, isPerson, jidOf, userOf } from '../jids';
import type { Connection } from '../link/connection';
import type { FindAccount } from './find-account';

/** How many people's devices are queried at once: Baileys reads an answer in one go. */
const MOST_AT_ONCE = 200;

/**
 * Finds the jid for a chat id and makes sure that it has a device. If WhatsApp's answer about a
 * recipient's devices gets lost, Baileys sends to nobody and reports success. So they are queried first, which fills
 * the cache that Baileys then uses.
 */
export class Recipients {
  constructor(private readonly accounts: FindAccount) {}

  /** The jid for a chat id. Rejects with `not_on_whatsapp` if a number has no account. */
  async jidOf(chatId: string, connection: Connection, again = false): Promise<string> {
    if (!isPerson(chatId)) return chatId;
    const account = await this.accountOf(chatId, connection, again);
    if (account === null)
      throw new TransportError('not_on_whatsapp', false, 'The number is not on WhatsApp.');
    return jidOf(account);
  }

  /** The chat id of the account behind `<digits>@c.us`; null if there is none. */
  accountOf(chatId: string, { socket }: Connection, again = false): Promise<string | null> {
    return this.accounts.of(chatId, (digits) => socket.onWhatsApp(...digits), again);
  }

  /** The jids of many people, as in `jidOf`; null for those who are not on WhatsApp. */
  async jidsOf(chatIds: readonly string[], { socket }: Connection): Promise<(string | null)[]> {
    const accounts = await this.accounts.ofMany(chatIds.filter(isPerson), (digits) =>
      socket.onWhatsApp(...digits),
    );
    return chatIds.map((chatId) => {
      const account = isPerson(chatId) ? (accounts.get(chatId) ?? null) : chatId;
      return account && jidOf(account);
    });
  }

  /** As `jidOf`, once the recipient is known to have a device. */
  async ready(chatId: string, connection: Connection): Promise<string> {
    const jid = await this.jidOf(chatId, connection);
    if (isChannel(jid)) return jid;
    if (isGroup(jid)) {
      await this.membersReady(jid, connection);
      return jid;
    }
    if (await this.hasDevice([jid], connection)) return jid;
    if (!isPerson(chatId)) throw noAnswer('which devices the recipient has');
    // The account may be gone, or the answer was lost: look the number up once more.
    const current = await this.jidOf(chatId, connection, true);
    if (await this.hasDevice([current], connection)) return current;
    throw noAnswer('which devices the recipient has');
  }

  /**
   * The jids of those who see a status, once their devices are known: people without WhatsApp are left out, and our own
   * phone gets it too. Rejects with `not_on_whatsapp` if nobody is left.
   */
  async viewersReady(chatIds: readonly string[], connection: Connection): Promise<string[]> {
    const jids = (await this.jidsOf(chatIds, connection)).filter((jid) => jid !== null);
    let isAnybody = false;
    for (const some of evenly(jids, MOST_AT_ONCE))
      isAnybody = (await this.hasDevice(some, connection)) || isAnybody;
    if (!isAnybody)
      throw new TransportError('not_on_whatsapp', false, 'Nobody who would see the status is on WhatsApp.');
    return [...jids, accountJid(connection.device.me.jid)];
  }

  private async membersReady(group: string, connection: Connection): Promise<void> {
    const metadata = await connection.groups.get(group);
    const { jid, lid } = connection.device.me;
    const own = [jid, lid ?? ''].map(userOf);
    const others = metadata.participants.map(({ id }) => id).filter((id) => !own.includes(userOf(id)));
    for (const some of evenly(others, MOST_AT_ONCE))
      if (!(await this.hasDevice(some, connection)))
        throw noAnswer('which devices the people in the group have');
  }

  private async hasDevice(jids: string[], { socket, device }: Connection): Promise<boolean> {
    const { jid, lid } = device.me;
    // Together with our own, as Baileys will ask later, so that its cache has the answer.
    const own = accountJid(jids.some(isLid) && lid ? lid : jid);
    const devices = await socket.getUSyncDevices([own, ...jids], true, false);
    const wanted = new Set(jids.map(userOf));
    return devices.some(({ user }) => wanted.has(user));
  }
}

/** In parts of about the same size: one with a few people in it might have nobody with a device. */
function evenly(jids: readonly string[], most: number): string[][] {
  if (jids.length === 0) return [];
  const size = Math.ceil(jids.length / Math.ceil(jids.length / most));
  const parts: string[][] = [];
  for (let at = 0; at < jids.length; at += size) parts.push(jids.slice(at, at + size));
  return parts;
}
