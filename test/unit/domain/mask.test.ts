import fc from 'fast-check';
import { maskChatId, maskPhone } from '../../../engine/domain/mask';

it.each([
  ['+14155551234', '+1415…34'],
  ['+390612345678', '+3906…78'],
  ['+39061234', '+39…34'],
  ['+3901234', '+3…34'],
  ['+290123', '+…23'],
  ['+2901', '+…'],
  ['', '…'],
])('phone %s is %s', (phone, masked) => {
  expect(maskPhone(phone)).toBe(masked);
});

it.each([
  ['14155551234@c.us', '1415…34@c.us'],
  ['14155551234@s.whatsapp.net', '1415…34@s.whatsapp.net'],
  ['14155551234-1400000000@g.us', '1415…00@g.us'],
  ['120363012345678901@g.us', '1203…01@g.us'],
  ['98765432109876@lid', '9876…76@lid'],
  ['+14155551234', '+1415…34'],
])('chat %s is %s', (chatId, masked) => {
  expect(maskChatId(chatId)).toBe(masked);
});

it('hides at least four digits of any phone', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{4,20}$/), (digits) => {
      for (const masked of [maskPhone(`+${digits}`), maskChatId(`${digits}@lid`)])
        expect(masked.replace(/\D/g, '').length).toBeLessThanOrEqual(digits.length - 4);
    }),
  );
});
