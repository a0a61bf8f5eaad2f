import fc from 'fast-check';
import { parseRecipient } from '../../../../engine/domain/messages/recipient';
import { anyCharacter } from '../../../support/any-character';

const person = (digits: string) => ({
  ok: true,
  to: `+${digits}`,
  chatId: `${digits}@c.us`,
  kind: 'person',
  phone: `+${digits}`,
});

describe('parseRecipient accepts', () => {
  it.each([
    ['+14155551234', '14155551234'],
    [' +1 (415) 555-1234 ', '14155551234'],
    ['+1.415.555.1234', '14155551234'],
    ['+1\u00a0415\u2011555\u20131234', '14155551234'],
    ['\u202a+14155551234\u202c', '14155551234'],
    ['[+49] 1511 2345678', '4915112345678'],
    ['+39 06 1234 5678', '390612345678'],
    ['14155551234@c.us', '14155551234'],
    ['14155551234@s.whatsapp.net', '14155551234'],
    ['+5215512345678', '5215512345678'],
    ['5215512345678@c.us', '5215512345678'],
    ['+55 11 8765-4321', '551187654321'],
    ['+55 11 98765-4321', '5511987654321'],
  ])('%s is a person', (input, digits) => {
    expect(parseRecipient(input)).toEqual(person(digits));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('sandbox number +1500555000%i is a person', (last) => {
    expect(parseRecipient(`+1500555000${last}`)).toEqual(person(`1500555000${last}`));
  });

  it.each([
    ['120363012345678901@g.us', 'group'],
    ['14155551234-1400000000@g.us', 'group'],
    ['120363144038483540@newsletter', 'channel'],
    ['98765432109876@lid', 'lid'],
  ])('%s is a %s', (chatId, kind) => {
    expect(parseRecipient(`${chatId} `)).toEqual({ ok: true, to: chatId, chatId, kind, phone: null });
  });

  it('ignores punctuation between the digits', () => {
    const separators = fc.constantFrom('', ' ', '-', '.', '(', ')', '\u00a0', '\u2013', ' - ');
    fc.assert(
      fc.property(fc.array(separators, { minLength: 12, maxLength: 12 }), (between) => {
        const spelled = [...'+14155551234'].map((sign, at) => sign + between[at]).join('');
        expect(parseRecipient(spelled)).toEqual(person('14155551234'));
      }),
    );
  });

  it('accepts its own results again, unchanged', () => {
    const codes = fc.constantFrom('1', '39', '44', '49', '55', '91', '521', '972', '234', '52');
    fc.assert(
      fc.property(codes, fc.stringMatching(/^[0-9]{5,12}$/), (code, rest) => {
        const first = parseRecipient(`+${code} ${rest}`);
        fc.pre(first.ok);
        expect(parseRecipient(first.to)).toEqual(first);
        expect(parseRecipient(first.chatId)).toEqual(first);
      }),
    );
  });
});

describe('parseRecipient refuses, saying what is wrong and what to do:', () => {
  it.each([
    ['', 'is empty. Write a phone number such as +14155551234.'],
    ['  ', 'is empty. Write a phone number such as +14155551234.'],
    ['+', 'is empty. Write a phone number such as +14155551234.'],
    ['4155551234', 'has no + and country code. Write it like +14155551234.'],
    ['0014155551234', 'starts with 00. Write + instead of the 00, such as +14155551234.'],
    ['+99912345678', 'has an unknown country code. Write it like +14155551234, where 1 is the country code.'],
    ['+0415555123', 'has an unknown country code. Write it like +14155551234, where 1 is the country code.'],
    ['+1415555123', 'is too short for country code +1. Check for missing digits.'],
    ['+49', 'is too short. Check for missing digits.'],
    ['+141555512345', 'is too long for country code +1. Check for extra digits.'],
    ['+49123456789012345', 'has 17 digits, but phone numbers have at most 15. Check for extra digits.'],
    ['+376 222 2222', 'has an impossible length for country code +376. Check for missing or extra digits.'],
    [
      '+44 (0)20 7946 0000',
      'has a domestic prefix after the country code, like the 0 in +44 (0)20. Remove that prefix.',
    ],
    ['+1415CALLNOW', 'contains letters. Write only digits after the +, such as +14155551234.'],
    ...['1.50056E+10', '1,50056E+10', '1.41556e10', ' 5E+11 '].map((number) => [
      number,
      'is in scientific form, as spreadsheets write long numbers, so digits are lost. Format the column as text, enter the number again, such as +14155551234, and save the file again.',
    ]),
    ['Ann', 'contains letters. Write only digits after the +, such as +14155551234.'],
    ['+14155551234/5', 'contains "/". Write only digits after the +, such as +14155551234.'],
    ['+1415+5551234', 'contains "+". Write only digits after the +, such as +14155551234.'],
    [
      '14155551234@example.com',
      'ends in "@example.com", which is not the end of any chat id. Use @c.us, @s.whatsapp.net, @g.us, @newsletter or @lid, or a phone number such as +14155551234.',
    ],
    [
      '14155551234@constructor',
      'ends in "@constructor", which is not the end of any chat id. Use @c.us, @s.whatsapp.net, @g.us, @newsletter or @lid, or a phone number such as +14155551234.',
    ],
    [
      '+14155551234@c.us',
      'is not a valid chat id. Before @c.us, write only the digits of the phone number with country code.',
    ],
    [
      '14155551234:7@s.whatsapp.net',
      'is not a valid chat id. Before @s.whatsapp.net, write only the digits of the phone number with country code.',
    ],
    ['abc@g.us', "is not a valid chat id. Before @g.us, write only the group's digits (or digits-digits)."],
    ['@newsletter', "is not a valid chat id. Before @newsletter, write only the channel's digits."],
    ['12 34@lid', 'is not a valid chat id. Before @lid, write only the digits of the lid.'],
    ['1415555@c.us', 'is too short for country code +1. Check for missing digits.'],
  ])('%j', (input, message) => {
    expect(parseRecipient(input)).toEqual({ ok: false, code: 'invalid_recipient', message });
  });

  it('never repeats the whole number in a fault', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{7,20}$/), (input) => {
        const answer = parseRecipient(input);
        if (!answer.ok && input !== '+14155551234') expect(answer.message).not.toContain(input);
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (input) => {
        const answer = parseRecipient(input);
        expect(answer.ok ? answer.chatId : answer.message).not.toBe('');
      }),
    );
  });
});
