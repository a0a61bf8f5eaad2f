import { accountJid, chatIdOf, phoneOf, userOf } from '../../../../engine/transport/baileys/jids';

describe('chatIdOf', () => {
  it.each([
    ['14155551234@s.whatsapp.net', '14155551234@c.us'],
    ['14155551234:12@s.whatsapp.net', '14155551234@c.us'],
    ['14155551234_1@s.whatsapp.net', '14155551234@c.us'],
    ['14155551234_1:12@s.whatsapp.net', '14155551234@c.us'],
    ['14155551234:99@hosted', '14155551234@c.us'],
    ['200000000000001_1:3@lid', '200000000000001@lid'],
    ['200000000000001:99@hosted.lid', '200000000000001@lid'],
    ['14155551234-1400000000@g.us', '14155551234-1400000000@g.us'],
    ['120363000000000009@newsletter', '120363000000000009@newsletter'],
  ])('of %s is %s', (jid, chatId) => {
    expect(chatIdOf(jid)).toBe(chatId);
  });

  it.each(['status@broadcast', '13135550002@bot', '14155551234_x:1@s.whatsapp.net', 'hello', '', null])(
    'of %s is null',
    (jid) => {
      expect(chatIdOf(jid)).toBeNull();
    },
  );
});

it('drops the agent and the device from accounts, phones and users too', () => {
  const jid = '14155551234_1:12@s.whatsapp.net';
  expect(accountJid(jid)).toBe('14155551234@s.whatsapp.net');
  expect(phoneOf(jid)).toBe('+14155551234');
  expect(userOf(jid)).toBe('14155551234');
});
