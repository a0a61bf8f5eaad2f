import { maskPhone } from '../../../domain/mask';

/* The reasons that people read with a link's state, besides those of a closed socket in `reconnect-policy.ts`. */

export const KEYS_GONE = 'The keys of this number are gone. Link it again.';
export const NOBODY_SCANNED = 'Nobody scanned the code in time. Ask for a new one.';
export const RESTRICTED =
  'WhatsApp lets this number write only to people who wrote to it first. Messages to new contacts wait.';

/** @param whatsappKnows whether WhatsApp has confirmed it */
export function loggedOut(whatsappKnows: boolean): string {
  const aside = whatsappKnows
    ? ''
    : ' WhatsApp could not be reached: remove the device on the phone, under linked devices.';
  return `Logged out.${aside} Link the number again to go on.`;
}

/** Both numbers in E.164; they are shown masked. */
export function wrongPhone(expected: string, linked: string): string {
  return `The phone that linked is ${maskPhone(linked)}, but this session belongs to ${maskPhone(expected)}. It was logged out again. Link the right phone, or create a new session.`;
}
