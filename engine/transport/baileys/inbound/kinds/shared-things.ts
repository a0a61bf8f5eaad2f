import type { WireMessage } from '../../baileys';
import { headerFile } from './files';
import { choices, lines, type Content } from './kind';

type Part<Name extends keyof WireMessage> = NonNullable<WireMessage[Name]>;

/** A shared contact: the name and the numbers. */
export const contact = ({ displayName, vcard }: Part<'contactMessage'>): Content => ({
  text: contactLine(displayName, vcard),
});

/** Shared contacts: a line each. */
export const contacts = (part: Part<'contactsArrayMessage'>): Content => ({
  text: (part.contacts ?? []).map(({ displayName, vcard }) => contactLine(displayName, vcard)).join('\n'),
});

function contactLine(name: string | null | undefined, vcard: string | null | undefined): string {
  // RFC 6350: TEL;TYPE=cell;waid=14155551234:+1 415 555 1234, on iPhones with a group name before it.
  const numbers = [...(vcard ?? '').matchAll(/^(?:[\w-]+\.)?TEL[^:\r\n]*:([^\r\n]+)/gim)].map(([, number]) =>
    number!.trim(),
  );
  return [name || 'Contact', numbers.join(', ')].filter((part) => part !== '').join(': ');
}

/** A place: its name and address, if it has them, and a link to a map. */
export const location = (part: Part<'locationMessage'>): Content => ({
  text: lines(part.name, part.address, part.comment, mapLink(part)),
});

export const liveLocation = (part: Part<'liveLocationMessage'>): Content => ({
  text: lines(part.caption, mapLink(part)),
});

function mapLink({
  degreesLatitude: latitude,
  degreesLongitude: longitude,
}: Part<'locationMessage'>): string | null {
  const isPlace = Number.isFinite(latitude) && Number.isFinite(longitude);
  return isPlace ? `https://maps.google.com/?q=${latitude},${longitude}` : null;
}

export function poll(part: Part<'pollCreationMessage'>): Content {
  const names = (part.options ?? []).map(({ optionName }) => `- ${optionName ?? ''}`);
  return { text: [part.name ?? '', ...names].join('\n') };
}

export function pollResult(part: Part<'pollResultSnapshotMessage'>): Content {
  const votes = (part.pollVotes ?? []).map(
    ({ optionName, optionVoteCount }) => `${optionName ?? ''}: ${Number(optionVoteCount ?? 0)}`,
  );
  return { text: lines(part.name, ...choices(votes)) };
}

export function event(part: Part<'eventMessage'>): Content {
  const starts = Number(part.startTime ?? 0);
  const when = starts > 0 && starts < 1e11 ? new Date(starts * 1000).toISOString() : null;
  const { text: where } = location(part.location ?? {});
  return { text: lines(part.name, part.description, when, where, part.joinLink) };
}

export const groupInvite = (part: Part<'groupInviteMessage'>): Content => ({
  text: part.caption || part.groupName,
});

/** An invitation to follow a channel, or to manage it. */
export const channelInvite = (part: {
  caption?: string | null;
  newsletterName?: string | null;
}): Content => ({
  text: part.caption || part.newsletterName,
});

export const product = ({ product: found, body }: Part<'productMessage'>): Content => ({
  text: found?.title || body,
  file: headerFile({ imageMessage: found?.productImage }),
});

export const order = (part: Part<'orderMessage'>): Content => ({ text: part.message || part.orderTitle });

export const stickerPack = (part: Part<'stickerPackMessage'>): Content => ({
  text: part.caption || part.name,
});

/** Money: the note, and the amount if it is known. WhatsApp counts thousandths. */
export function paymentRequest(part: Part<'requestPaymentMessage'>): Content {
  const thousandths = Number(part.amount1000 ?? 0);
  const amount = thousandths > 0 ? `${thousandths / 1000} ${part.currencyCodeIso4217 ?? ''}`.trim() : null;
  return { text: lines(noteOf(part.noteMessage), amount) };
}

export const payment = (part: Part<'sendPaymentMessage'>): Content => ({ text: noteOf(part.noteMessage) });

const noteOf = (note: WireMessage | null | undefined): string | null | undefined =>
  note?.conversation ?? note?.extendedTextMessage?.text;

/** An answer of WhatsApp's assistant. */
export const richResponse = (part: Part<'richResponseMessage'>): Content => ({
  text: lines(...(part.submessages ?? []).map(({ messageText }) => messageText)),
});

/** A line about a status or a question. */
export const answered = (part: { text?: string | null; key?: { id?: string | null } | null }): Content => ({
  text: part.text,
  about: part.key?.id,
});
