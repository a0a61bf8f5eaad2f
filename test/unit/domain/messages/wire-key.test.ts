import fc from 'fast-check';
import { newWireId } from '../../../../engine/domain/ids';
import { parseWireKey, wireKey } from '../../../../engine/domain/messages/wire-key';

const refused = {
  ok: false,
  code: 'invalid_key',
  message:
    'is not the key of a message. Copy the key field of a message or of a message.received event, such as false_14155551234@c.us_3EB0A1B2C3.',
};

it('formats keys as in the contract', () => {
  expect(wireKey({ fromMe: true, chatId: '14155551234@c.us', wireId: '3EB0A1' })).toBe(
    'true_14155551234@c.us_3EB0A1',
  );
  expect(wireKey({ fromMe: false, chatId: '1203@g.us', wireId: '3AB2', author: '14155551234@c.us' })).toBe(
    'false_1203@g.us_3AB2_14155551234@c.us',
  );
  expect(wireKey({ fromMe: false, chatId: '1203@g.us', wireId: '3AB2', author: null })).toBe(
    'false_1203@g.us_3AB2',
  );
});

it('reads @s.whatsapp.net as @c.us', () => {
  expect(parseWireKey('false_14155551234@s.whatsapp.net_3AB2')).toEqual({
    ok: true,
    fromMe: false,
    chatId: '14155551234@c.us',
    wireId: '3AB2',
    author: null,
  });
  expect(parseWireKey('false_1203@g.us_3AB2_14155551234@s.whatsapp.net')).toMatchObject({
    author: '14155551234@c.us',
  });
});

it.each([
  '',
  '3EB0A1',
  'msg_01JZ8Q0000000000000000000A',
  'TRUE_14155551234@c.us_3EB0A1',
  'true_14155551234@c.us_',
  'true_14155551234@c.us',
  'true_+14155551234@c.us_3EB0A1',
  'true_14155551234@example.com_3EB0A1',
  'true_14155551234@c.us_3EB0 A1',
  'true_14155551234@c.us_3EB0A1\n',
  'true_1203@g.us_3EB0A1_1203@g.us',
  'true_1203@g.us_3EB0A1_',
  `true_14155551234@c.us_${'A'.repeat(129)}`,
])('%j is refused', (text) => {
  expect(parseWireKey(text)).toEqual(refused);
});

it('reads every key back into its parts', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{5,17}$/);
  const person = fc.tuple(digits, fc.constantFrom('c.us', 'lid')).map((parts) => parts.join('@'));
  const chatId = fc.oneof(
    person,
    digits.map((id) => `${id}@newsletter`),
    digits.map((id) => `${id}@g.us`),
    fc.tuple(digits, digits).map(([id, made]) => `${id}-${made}@g.us`),
  );
  const wireId = fc.oneof(fc.constant(0).map(newWireId), fc.stringMatching(/^[A-Z0-9.=-]{1,40}$/));
  const parts = fc.record({ fromMe: fc.boolean(), chatId, wireId, author: fc.option(person) });
  fc.assert(
    fc.property(parts, (key) => {
      expect(parseWireKey(wireKey(key))).toEqual({ ok: true, ...key });
    }),
  );
});
