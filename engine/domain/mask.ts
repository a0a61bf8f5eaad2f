const HEAD = 4;
const TAIL = 2;
/** At least this many digits stay hidden, so that the ends of a short number do not reveal it. */
const LEAST_HIDDEN = 4;

function maskLocal(digits: string): string {
  const shown = Math.max(digits.length - LEAST_HIDDEN, 0);
  const tail = Math.min(TAIL, shown);
  const head = Math.min(HEAD, shown - tail);
  return `${digits.slice(0, head)}…${tail ? digits.slice(-tail) : ''}`;
}

/** A phone for logs: `+14155551234` becomes `+1415…34`. At least four digits are hidden. */
export function maskPhone(phone: string): string {
  return phone.startsWith('+') ? `+${maskLocal(phone.slice(1))}` : maskLocal(phone);
}

/**
 * A chat id or phone for logs: `14155551234@c.us` becomes `1415…34@c.us`. Every kind is masked, because old group ids
 * contain the phone of the group's creator.
 */
export function maskChatId(chatId: string): string {
  const at = chatId.lastIndexOf('@');
  return at === -1 ? maskPhone(chatId) : `${maskPhone(chatId.slice(0, at))}${chatId.slice(at)}`;
}
