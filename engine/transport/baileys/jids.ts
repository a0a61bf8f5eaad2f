/** Whose jid this is in the words of the engine: `14155551234@c.us`, `…@lid`, `…@g.us`, `…@newsletter`; else null. */
export function chatIdOf(jid: string | null | undefined): string | null {
  const match = /^([\d-]+)(?::\d+)?(?:_\d+)?@([a-z.]+)$/.exec(jid ?? '');
  const [, user, server] = match ?? [];
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

/** A chat id as WhatsApp's wire has it; what is none comes back as it is. */
export function jidOf(chatId: string): string {
  return chatId.replace(/@c\.us$/, '@s.whatsapp.net');
}

/** E.164 of a person's jid or chat id; null for a lid, a group or anything else. */
export function phoneOf(jid: string | null | undefined): string | null {
  const chatId = chatIdOf(jid);
  return chatId?.endsWith('@c.us') ? `+${chatId.slice(0, -'@c.us'.length)}` : null;
}

/** The jid of an account itself, without the number of one of its devices. */
export function accountJid(jid: string): string {
  const chatId = chatIdOf(jid);
  return chatId ? jidOf(chatId) : jid;
}

export const isGroup = (jid: string): boolean => jid.endsWith('@g.us');
export const isLid = (jid: string): boolean => jid.endsWith('@lid');
export const isChannel = (jid: string): boolean => jid.endsWith('@newsletter');
