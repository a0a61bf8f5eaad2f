import type { WireMessage } from '../wire-types';

/** Contacts that somebody passed on: a line each, with their numbers. */
export function cards({ contactMessage, contactsArrayMessage }: WireMessage) {
  const contacts = contactsArrayMessage?.contacts ?? (contactMessage ? [contactMessage] : null);
  if (!contacts) return null;
  return {
    type: 'contact',
    text: contacts.map(({ displayName, vcard }) => card(displayName, vcard)).join('\n'),
  };
}

function card(name: string | null | undefined, vcard: string | null | undefined): string {
  // RFC 6350: TEL;TYPE=cell;waid=14155551234:+1 415 555 1234, with a group's name before it on iPhones.
  const numbers = [...(vcard ?? '').matchAll(/^(?:[\w-]+\.)?TEL[^:\r\n]*:([^\r\n]+)/gim)].map(([, number]) =>
    number!.trim(),
  );
  return [name || 'Contact', numbers.join(', ')].filter((part) => part !== '').join(': ');
}

/** A place: its name and address as far as it has them, and a link to it on a map. */
export function place({ locationMessage, liveLocationMessage }: WireMessage) {
  const found = locationMessage ?? liveLocationMessage;
  if (!found) return null;
  const { degreesLatitude: latitude, degreesLongitude: longitude } = found;
  const words = locationMessage
    ? [locationMessage.name, locationMessage.address, locationMessage.comment]
    : [liveLocationMessage?.caption];
  const isPlace = Number.isFinite(latitude) && Number.isFinite(longitude);
  const link = isPlace ? `https://maps.google.com/?q=${latitude},${longitude}` : null;
  return { type: 'location', text: [...words, link].filter(Boolean).join('\n') };
}
