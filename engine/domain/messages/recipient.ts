import parsePhoneNumber, { validatePhoneNumberLength } from 'libphonenumber-js/min';
import { STATUS } from './status-post';

export type RecipientKind = 'person' | 'group' | 'channel' | 'lid' | 'status';

/**
 * Who a message goes to. For a person, `to` and `phone` are E.164 and `chatId` is `<digits>@c.us`. For anything else,
 * `to` and `chatId` are both the chat id and `phone` is null.
 */
export interface Recipient {
  to: string;
  chatId: string;
  kind: RecipientKind;
  phone: string | null;
}

export type ParsedRecipient =
  ({ ok: true } & Recipient) | { ok: false; code: 'invalid_recipient'; message: string };

const EXAMPLE = '+14155551234';
/** E.164 (ITU-T) allows 15 digits, including the country code. */
const MOST_DIGITS = 15;
/** Ignored between digits: spaces, dashes, dots, brackets, and the invisible direction marks of address books. */
const IGNORED = /[\s.()[\]\-\u00AD\u200B-\u200F\u2010-\u2015\u202A-\u202E\u2060\u2066-\u2069\u2212\uFEFF]/gu;
/** Old Mexican accounts still have the `1` in their WhatsApp id that Mexico's numbering plan dropped in 2019. */
const OLD_MEXICAN_MOBILE = /^\+521\d{10}$/;

const CHAT_ID_SUFFIXES: Record<string, { kind: RecipientKind; pattern: RegExp; shape: string }> = {
  'c.us': {
    kind: 'person',
    pattern: /^\d+$/,
    shape: 'the digits of the phone number with country code',
  },
  's.whatsapp.net': {
    kind: 'person',
    pattern: /^\d+$/,
    shape: 'the digits of the phone number with country code',
  },
  'g.us': {
    kind: 'group',
    pattern: /^\d{5,32}(-\d{5,20})?$/,
    shape: "the group's digits (or digits-digits)",
  },
  newsletter: { kind: 'channel', pattern: /^\d{5,32}$/, shape: "the channel's digits" },
  lid: { kind: 'lid', pattern: /^\d{5,32}$/, shape: 'the digits of the lid' },
};

/** `1.50056E+10`: a spreadsheet shows long numbers like this, and saves them without their last digits. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?E[+-]?\d+$/i;

const fault = (message: string): ParsedRecipient => ({ ok: false, code: 'invalid_recipient', message });

/** @param callingCode undefined if the number does not begin with a known one. */
function lengthFault(phone: string, callingCode: string | undefined): string | null {
  const digits = phone.length - 1;
  if (digits > MOST_DIGITS)
    return `has ${digits} digits, but phone numbers have at most ${MOST_DIGITS}. Check for extra digits.`;
  const inCountry = callingCode ? ` for country code +${callingCode}` : '';
  switch (validatePhoneNumberLength(phone)) {
    case undefined:
      return null;
    case 'INVALID_COUNTRY':
      return `has an unknown country code. Write it like ${EXAMPLE}, where 1 is the country code.`;
    case 'TOO_SHORT':
      return `is too short${inCountry}. Check for missing digits.`;
    case 'TOO_LONG':
      return `is too long${inCountry}. Check for extra digits.`;
    default:
      return `has an impossible length${inCountry}. Check for missing or extra digits.`;
  }
}

/** Checks what it can without asking WhatsApp: country code, length, trunk prefix. @param phone + and digits */
function checkPhone(phone: string): ParsedRecipient {
  if (!OLD_MEXICAN_MOBILE.test(phone)) {
    const parsed = parsePhoneNumber(phone);
    const hasLength = phone.length <= 1 + MOST_DIGITS && parsed?.isPossible();
    const message = hasLength ? null : lengthFault(phone, parsed?.countryCallingCode);
    if (message) return fault(message);
    // The library drops a national trunk prefix, such as the 0 of "+44 (0)20 …". A number that still has it reaches
    // nobody.
    if (parsed?.number !== phone)
      return fault(
        'has a domestic prefix after the country code, like the 0 in +44 (0)20. Remove that prefix.',
      );
  }
  return { ok: true, to: phone, chatId: `${phone.slice(1)}@c.us`, kind: 'person', phone };
}

function parsePhone(input: string): ParsedRecipient {
  if (SCIENTIFIC.test(input))
    return fault(
      `is in scientific form, as spreadsheets write long numbers, so digits are lost. Format the column as text, enter the number again, such as ${EXAMPLE}, and save the file again.`,
    );
  const bare = input.replace(IGNORED, '');
  if (bare === '' || bare === '+') return fault(`is empty. Write a phone number such as ${EXAMPLE}.`);
  if (/\p{L}/u.test(bare))
    return fault(`contains letters. Write only digits after the +, such as ${EXAMPLE}.`);
  if (!bare.startsWith('+'))
    return fault(
      bare.startsWith('00')
        ? `starts with 00. Write + instead of the 00, such as ${EXAMPLE}.`
        : `has no + and country code. Write it like ${EXAMPLE}.`,
    );
  const stray = /[^\d]/u.exec(bare.slice(1))?.[0];
  if (stray !== undefined)
    return fault(`contains "${stray}". Write only digits after the +, such as ${EXAMPLE}.`);
  return checkPhone(bare);
}

function parseChatId(input: string): ParsedRecipient {
  const at = input.lastIndexOf('@');
  const local = input.slice(0, at);
  const suffix = input.slice(at + 1);
  const known = Object.hasOwn(CHAT_ID_SUFFIXES, suffix) ? CHAT_ID_SUFFIXES[suffix] : undefined;
  if (!known) {
    const suffixes = Object.keys(CHAT_ID_SUFFIXES).map((name) => `@${name}`);
    return fault(
      `ends in "@${suffix.slice(0, 32)}", which is not the end of any chat id. Use ${suffixes.slice(0, -1).join(', ')} or ${suffixes.at(-1)}, or a phone number such as ${EXAMPLE}.`,
    );
  }
  if (!known.pattern.test(local))
    return fault(`is not a valid chat id. Before @${suffix}, write only ${known.shape}.`);
  if (known.kind === 'person') return checkPhone(`+${local}`);
  return { ok: true, to: input, chatId: input, kind: known.kind, phone: null };
}

/**
 * Reads the recipient of a message: a chat id, or a phone number in E.164, where spaces, dashes, dots and brackets are
 * ignored. Country codes and lengths come from Google's libphonenumber. Only WhatsApp knows whether a number exists.
 * The message of a fault never repeats the number.
 */
export function parseRecipient(input: string): ParsedRecipient {
  const trimmed = input.trim();
  return trimmed.includes('@') ? parseChatId(trimmed) : parsePhone(trimmed);
}

/** `parseRecipient` for a message, which can also be a status. */
export function parseDestination(input: string): ParsedRecipient {
  if (input.trim() !== STATUS) return parseRecipient(input);
  return { ok: true, to: STATUS, chatId: STATUS, kind: 'status', phone: null };
}

/** `parseRecipient` for a phone number alone. */
export function parsePhoneOnly(
  input: string,
): { ok: true; phone: string } | { ok: false; code: 'invalid_phone'; message: string } {
  const parsed = parseRecipient(input);
  const code = 'invalid_phone' as const;
  if (!parsed.ok) return { ...parsed, code };
  if (parsed.phone !== null) return { ok: true, phone: parsed.phone };
  return { ok: false, code, message: `is not a phone number. Use a number such as ${EXAMPLE}.` };
}
