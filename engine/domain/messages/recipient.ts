import parsePhoneNumber, { validatePhoneNumberLength } from 'libphonenumber-js/min';

export type RecipientKind = 'person' | 'group' | 'channel' | 'lid';

/**
 * Who a message goes to. For a person `to` and `phone` are E.164 and `chatId` is `<digits>@c.us`; for the others
 * `to` and `chatId` are both the chat id and `phone` is null.
 */
export interface Recipient {
  to: string;
  chatId: string;
  kind: RecipientKind;
  phone: string | null;
}

export type ParsedRecipient = ({ ok: true } & Recipient) | { ok: false; message: string };

const EXAMPLE = '+14155551234';
/** E.164 (ITU-T) allows 15 digits, the country code included. */
const MOST_DIGITS = 15;
/** What people and address books put between digits: spaces, dashes, dots, brackets, invisible direction marks. */
const FORGIVEN = /[\s.()[\]\-\u00AD\u200B-\u200F\u2010-\u2015\u202A-\u202E\u2060\u2066-\u2069\u2212\uFEFF]/gu;
/** Old Mexican accounts still have the `1` in their WhatsApp id that Mexico's numbering plan dropped in 2019. */
const OLD_MEXICAN_MOBILE = /^\+521\d{10}$/;

const CHAT_ID_SUFFIXES: Record<string, { kind: RecipientKind; pattern: RegExp; shape: string }> = {
  'c.us': {
    kind: 'person',
    pattern: /^\d+$/,
    shape: 'the digits of the phone number, with the country code',
  },
  's.whatsapp.net': {
    kind: 'person',
    pattern: /^\d+$/,
    shape: 'the digits of the phone number, with the country code',
  },
  'g.us': {
    kind: 'group',
    pattern: /^\d{5,32}(-\d{5,20})?$/,
    shape: "the group's digits (or digits-digits)",
  },
  newsletter: { kind: 'channel', pattern: /^\d{5,32}$/, shape: "the channel's digits" },
  lid: { kind: 'lid', pattern: /^\d{5,32}$/, shape: 'the digits of the lid' },
};

const fault = (message: string): { ok: false; message: string } => ({ ok: false, message });

/** @param where its country calling code, as far as that can be seen. */
function lengthFault(phone: string, where: string | undefined): string | null {
  const digits = phone.length - 1;
  if (digits > MOST_DIGITS)
    return `The number is too long: it has ${digits} digits and no phone number has more than ${MOST_DIGITS}.`;
  const inCountry = where ? ` for country code +${where}` : '';
  switch (validatePhoneNumberLength(phone)) {
    case undefined:
      return null;
    case 'INVALID_COUNTRY':
      return `The number starts with an unknown country code; write it as in ${EXAMPLE}, where 1 is the country code.`;
    case 'TOO_SHORT':
      return `The number is too short${inCountry}: digits are missing; check that it is complete.`;
    case 'TOO_LONG':
      return `The number is too long${inCountry}: it has digits too many; check for a digit typed twice.`;
    default:
      return `The number has a length that does not exist${inCountry}; check for missing or extra digits.`;
  }
}

/** `phone` is `+` and digits. Only what can be seen without asking WhatsApp: country code, length, trunk prefix. */
function checkPhone(phone: string): ParsedRecipient {
  if (!OLD_MEXICAN_MOBILE.test(phone)) {
    const parsed = parsePhoneNumber(phone);
    const hasLength = phone.length <= 1 + MOST_DIGITS && parsed?.isPossible();
    const message = hasLength ? null : lengthFault(phone, parsed?.countryCallingCode);
    if (message) return fault(message);
    // The library drops a national trunk prefix such as the 0 of "+44 (0)20 …"; with it nobody is reached.
    if (parsed?.number !== phone)
      return fault(
        'The number has a domestic prefix after the country code, like the 0 in +44 (0)20; leave that prefix out.',
      );
  }
  return { ok: true, to: phone, chatId: `${phone.slice(1)}@c.us`, kind: 'person', phone };
}

function parsePhone(input: string): ParsedRecipient {
  const bare = input.replace(FORGIVEN, '');
  if (bare === '' || bare === '+')
    return fault(`The recipient is empty; write a phone number such as ${EXAMPLE}.`);
  if (/\p{L}/u.test(bare))
    return fault(`The number has letters in it; write digits only after the +, as in ${EXAMPLE}.`);
  if (!bare.startsWith('+'))
    return fault(
      bare.startsWith('00')
        ? `The number starts with 00 and has no +; write + in place of the 00, as in ${EXAMPLE}.`
        : `The number has no + and country code; write it as in ${EXAMPLE}.`,
    );
  const stray = /[^\d]/u.exec(bare.slice(1))?.[0];
  if (stray !== undefined)
    return fault(`The number has "${stray}" in it; write digits only after the +, as in ${EXAMPLE}.`);
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
      `The chat id ends in an unknown "@${suffix.slice(0, 32)}"; use ${suffixes.slice(0, -1).join(', ')} or ${suffixes.at(-1)}, or a phone number such as ${EXAMPLE}.`,
    );
  }
  if (!known.pattern.test(local))
    return fault(`A chat id before @${suffix} is ${known.shape}, and nothing else.`);
  if (known.kind === 'person') return checkPhone(`+${local}`);
  return { ok: true, to: input, chatId: input, kind: known.kind, phone: null };
}

/**
 * Reads the recipient of a message: a phone number in E.164, with spaces, dashes, dots and brackets forgiven, or a
 * chat id. Country codes and lengths are those of Google's libphonenumber; whether the number exists is WhatsApp's
 * to say. The message of a refusal names the fault and the mend, and never repeats the number.
 */
export function parseRecipient(input: string): ParsedRecipient {
  const trimmed = input.trim();
  return trimmed.includes('@') ? parseChatId(trimmed) : parsePhone(trimmed);
}
