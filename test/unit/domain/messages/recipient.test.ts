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

describe('parseRecipient: what is accepted', () => {
  test.each([
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

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('sandbox number +1500555000%i is a person', (last) => {
    expect(parseRecipient(`+1500555000${last}`)).toEqual(person(`1500555000${last}`));
  });

  test.each([
    ['120363012345678901@g.us', 'group'],
    ['14155551234-1400000000@g.us', 'group'],
    ['120363144038483540@newsletter', 'channel'],
    ['98765432109876@lid', 'lid'],
  ])('%s is a %s', (chatId, kind) => {
    expect(parseRecipient(`${chatId} `)).toEqual({ ok: true, to: chatId, chatId, kind, phone: null });
  });

  test('punctuation between the digits never changes the answer', () => {
    const separators = fc.constantFrom('', ' ', '-', '.', '(', ')', '\u00a0', '\u2013', ' - ');
    fc.assert(
      fc.property(fc.array(separators, { minLength: 12, maxLength: 12 }), (between) => {
        const spelled = [...'+14155551234'].map((sign, at) => sign + between[at]).join('');
        expect(parseRecipient(spelled)).toEqual(person('14155551234'));
      }),
    );
  });

  test('what it answers for a person it accepts again, unchanged, as phone and as chat id', () => {
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

describe('parseRecipient: what is refused, and in which words', () => {
  test.each([
    ['', 'The recipient is empty; write a phone number such as +14155551234.'],
    ['  ', 'The recipient is empty; write a phone number such as +14155551234.'],
    ['+', 'The recipient is empty; write a phone number such as +14155551234.'],
    ['4155551234', 'The number has no + and country code; write it as in +14155551234.'],
    [
      '0014155551234',
      'The number starts with 00 and has no +; write + in place of the 00, as in +14155551234.',
    ],
    [
      '+99912345678',
      'The number starts with an unknown country code; write it as in +14155551234, where 1 is the country code.',
    ],
    [
      '+0415555123',
      'The number starts with an unknown country code; write it as in +14155551234, where 1 is the country code.',
    ],
    [
      '+1415555123',
      'The number is too short for country code +1: digits are missing; check that it is complete.',
    ],
    ['+49', 'The number is too short: digits are missing; check that it is complete.'],
    [
      '+141555512345',
      'The number is too long for country code +1: it has digits too many; check for a digit typed twice.',
    ],
    ['+49123456789012345', 'The number is too long: it has 17 digits and no phone number has more than 15.'],
    [
      '+376 222 2222',
      'The number has a length that does not exist for country code +376; check for missing or extra digits.',
    ],
    [
      '+44 (0)20 7946 0000',
      'The number has a domestic prefix after the country code, like the 0 in +44 (0)20; leave that prefix out.',
    ],
    ['+1415CALLNOW', 'The number has letters in it; write digits only after the +, as in +14155551234.'],
    ['Ann', 'The number has letters in it; write digits only after the +, as in +14155551234.'],
    ['+14155551234/5', 'The number has "/" in it; write digits only after the +, as in +14155551234.'],
    ['+1415+5551234', 'The number has "+" in it; write digits only after the +, as in +14155551234.'],
    [
      '14155551234@example.com',
      'The chat id ends in an unknown "@example.com"; use @c.us, @s.whatsapp.net, @g.us, @newsletter or @lid, or a phone number such as +14155551234.',
    ],
    [
      '14155551234@constructor',
      'The chat id ends in an unknown "@constructor"; use @c.us, @s.whatsapp.net, @g.us, @newsletter or @lid, or a phone number such as +14155551234.',
    ],
    [
      '+14155551234@c.us',
      'A chat id before @c.us is the digits of the phone number, with the country code, and nothing else.',
    ],
    [
      '14155551234:7@s.whatsapp.net',
      'A chat id before @s.whatsapp.net is the digits of the phone number, with the country code, and nothing else.',
    ],
    ['abc@g.us', "A chat id before @g.us is the group's digits (or digits-digits), and nothing else."],
    ['@newsletter', "A chat id before @newsletter is the channel's digits, and nothing else."],
    ['12 34@lid', 'A chat id before @lid is the digits of the lid, and nothing else.'],
    [
      '1415555@c.us',
      'The number is too short for country code +1: digits are missing; check that it is complete.',
    ],
  ])('%j', (input, message) => {
    expect(parseRecipient(input)).toEqual({ ok: false, message });
  });

  test('no refusal repeats the whole number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{7,20}$/), (input) => {
        const answer = parseRecipient(input);
        if (!answer.ok && input !== '+14155551234') expect(answer.message).not.toContain(input);
      }),
    );
  });

  test('any text is answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (input) => {
        const answer = parseRecipient(input);
        expect(answer.ok ? answer.chatId : answer.message).not.toBe('');
      }),
    );
  });
});
