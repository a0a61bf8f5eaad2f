import { maskPhone } from '../../../domain/mask';
import { TransportError } from '../../transport';

/** What a link says to people, beside the reasons of `reconnect-policy.ts`. Numbers are never told in full. */
export const KEYS_GONE = 'The keys of this number are gone. Link it again.';
export const NOBODY_SCANNED = 'Nobody scanned the code in time. Ask for a new one.';
export const RESTRICTED =
  'WhatsApp lets this number write only to people who wrote to it. New contacts wait.';

export function loggedOut(whatsappKnows: boolean): string {
  const aside = whatsappKnows
    ? ''
    : ' WhatsApp could not be told: remove the device on the phone, under linked devices.';
  return `Logged out.${aside} Link the number again to go on.`;
}

export function wrongPhone(wanted: string, came: string): string {
  return `The phone that linked is ${maskPhone(came)}, and this session is for ${maskPhone(wanted)}. It was logged out again; link the right one, or make a new session.`;
}

export const notLinked = (): TransportError =>
  new TransportError('not_linked', false, 'No phone is linked to this session. Link one first.');

export const alreadyLinked = (): TransportError =>
  new TransportError('already_linked', false, 'A phone is linked to this session already. Log it out first.');

export const anotherPhone = (wanted: string): TransportError =>
  new TransportError('another_phone', false, `This session is for ${maskPhone(wanted)}, not for that phone.`);
