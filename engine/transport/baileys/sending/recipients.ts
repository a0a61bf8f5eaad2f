import { TransportError } from '../../transport';
import type { Baileys } from '../baileys';
import type { Connection } from '../link/connection';
import { noAnswer } from '../link/link-down';
import type { FindAccount } from './find-account';

/**
 * Finds out to which jid a chat is written, and makes sure that somebody is there. Baileys sends to nobody, and says
 * that all went well, where WhatsApp's answer about a recipient's devices got lost: so they are asked for beforehand,
 * which fills the cache that Baileys then sends by.
 */
export class Recipients {
  constructor(
    private readonly baileys: Baileys,
    private readonly accounts: FindAccount,
  ) {}

  /** The jid for a chat id. Rejects with `not_on_whatsapp` where there is none. */
  async jidOf(chatId: string, connection: Connection, anew = false): Promise<string> {
    if (!chatId.endsWith('@c.us')) return chatId;
    const account = await this.accountOf(chatId, connection, anew);
    if (account === null)
      throw new TransportError('not_on_whatsapp', false, 'The number is not on WhatsApp.');
    return account.replace('@c.us', '@s.whatsapp.net');
  }

  accountOf(chatId: string, { socket }: Connection, anew = false): Promise<string | null> {
    return this.accounts.of(chatId, (digits) => socket.onWhatsApp(...digits), anew);
  }

  /** As `jidOf`, of a recipient that has a device to send to. */
  async ready(chatId: string, connection: Connection): Promise<string> {
    const jid = await this.jidOf(chatId, connection);
    if (jid.endsWith('@newsletter')) return jid;
    if (jid.endsWith('@g.us')) {
      await this.membersReady(jid, connection);
      return jid;
    }
    if (await this.hasDevice([jid], connection)) return jid;
    if (!chatId.endsWith('@c.us')) throw noAnswer('which devices the recipient has');
    // Nobody there any more, or the answer got lost: the number itself is asked for once more.
    const again = await this.jidOf(chatId, connection, true);
    if (await this.hasDevice([again], connection)) return again;
    throw noAnswer('which devices the recipient has');
  }

  private async membersReady(group: string, connection: Connection): Promise<void> {
    const metadata = await connection.groups.get(group);
    const own = connection.socket.user;
    const others = metadata.participants
      .map(({ id }) => id)
      .filter(
        (id) => !this.baileys.areJidsSameUser(id, own?.id) && !this.baileys.areJidsSameUser(id, own?.lid),
      );
    if (others.length > 0 && !(await this.hasDevice(others, connection)))
      throw noAnswer('which devices the people in the group have');
  }

  private async hasDevice(jids: string[], { socket }: Connection): Promise<boolean> {
    const own = socket.user!;
    // Asked for as Baileys will ask, with our own: then its cache answers.
    const ownJid = jids.some((jid) => jid.endsWith('@lid')) && own.lid ? own.lid : own.id;
    const { jidNormalizedUser, jidDecode } = this.baileys;
    const devices = await socket.getUSyncDevices([jidNormalizedUser(ownJid), ...jids], true, false);
    const wanted = new Set(jids.map((jid) => jidDecode(jid)?.user));
    return devices.some(({ user }) => wanted.has(user));
  }
}
