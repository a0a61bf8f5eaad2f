import type { Content } from '../../transport';
import type { WireMessage } from '../baileys';

type Contact = Extract<Content, { type: 'contact' }>;

/** The card of a contact, with buttons to write to it and to save it. */
export function contactMessage(contact: Contact): WireMessage {
  return { contactMessage: { displayName: contact.name, vcard: vcardOf(contact) } };
}

/**
 * A contact as a vCard 3.0 (RFC 2426). Lines end in \n alone, and long ones are not folded, as in the cards of
 * WhatsApp's own clients.
 */
export function vcardOf({ name, phones, organization }: Contact): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    // Required, and in parts: the whole name as the given name, because no rule splits a name in every language.
    `N:;${escaped(name)};;;`,
    `FN:${escaped(name)}`,
    ...(organization === null ? [] : [`ORG:${escaped(organization)}`]),
    // WhatsApp's own parameter: the digits of an account. With it, the card has the button "Message".
    ...phones.map((phone) => `TEL;TYPE=CELL;waid=${phone.slice(1)}:${phone}`),
    'END:VCARD',
  ].join('\n');
}

/** A text value: RFC 2426 section 4. Other control characters cannot be in one. */
function escaped(text: string): string {
  return (
    text
      .replace(/[\\,;]/g, '\\$&')
      .replace(/\r\n|[\r\n\u2028\u2029\u0085\v\f]/g, '\\n')
      // eslint-disable-next-line no-control-regex -- what a vCard cannot contain
      .replace(/[\u0000-\u0008\u000e-\u001f\u007f]/g, '')
  );
}
