import { STATUS } from '../../domain/messages/status-post';

/**
 * WhatsApp's ids (jids) and the engine's chat ids. They differ for people: `14155551234@s.whatsapp.net` on the wire is
 * `14155551234@c.us` here. `…@lid`, `…@g.us` and `…@newsletter` are the same in both.
 */

/** The chat id of a jid, without any device number; null if it is not a person, lid, group or channel. */
export function chatIdOf(jid: string | null | undefined): string | null {
  const [, user, server] = /^([\d-]+)(?:[:_]\d+)*@([a-z.]+)$/.exec(jid ?? '') ?? [];
  switch (server) {
    case 's.whatsapp.net':
    case 'c.us':
    case 'hosted':
      return `${user}@c.us`;
    case 'lid':
    case 'hosted.lid':
      return `${user}@lid`;
    case 'g.us':
    case 'newsletter':
      return `${user}@${server}`;
    default:
      return null;
  }
}

/** The jid of a chat id. Anything else comes back unchanged. */
export function jidOf(chatId: string): string {
  return chatId.replace(/@c\.us$/, '@s.whatsapp.net');
}

/** E.164 phone of a person's jid or chat id; null for a lid, a group or anything else. */
export function phoneOf(jid: string | null | undefined): string | null {
  const chatId = chatIdOf(jid);
  return chatId && isPerson(chatId) ? `+${userOf(chatId)}` : null;
}

/** The chat id of a phone number. @param phone with or without `+` */
export const chatIdOfPhone = (phone: string): string => `${phone.replace(/^\+/, '')}@c.us`;

/** The part before the `@`, without any device number: the digits of a phone, a lid or a group. */
export const userOf = (jid: string): string => /^[^@:_]*/.exec(jid)![0];

/** The jid of an account, without the number of one of its devices. */
export function accountJid(jid: string): string {
  const chatId = chatIdOf(jid);
  return chatId ? jidOf(chatId) : jid;
}

/** Whether a jid is our own account's, with or without the number of one of its devices. */
export const isOwn = (jid: string, me: { jid: string; lid: string | null }): boolean =>
  [me.jid, me.lid].some((own) => own && accountJid(own) === accountJid(jid));

/** Whether a chat id is a phone number. */
export const isPerson = (chatId: string): boolean => chatId.endsWith('@c.us');
export const isGroup = (jid: string): boolean => jid.endsWith('@g.us');
export const isLid = (jid: string): boolean => jid.endsWith('@lid');
export const isStatus = (jid: string): boolean => jid === STATUS;
export const isChannel = (jid: string): boolean => jid.endsWith('@newsletter');
