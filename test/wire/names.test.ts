import { until } from '../support/engine/until';
import type { BaileysClient } from './baileys-client';
import { linked } from './linked';
import type { LidTelling } from './people/lid-tellings';
import type { Phone } from './people/phone';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('the names of people', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let client: BaileysClient;
  let number = 14155554500;
  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    client = await linked(whatsapp, phone);
  });
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await client.end();
    await whatsapp.close();
  });

  const numberOf = (lid: string) => client.socket.signalRepository.lidMapping.getPNForLID(lid);

  it.each<LidTelling>(['history', 'migration', 'sync action', 'notification'])(
    'reach a linked device by %s',
    async (how) => {
      for (let times = 0; times < 2; times++) {
        const contact = whatsapp.contact(`+${number++}`);
        expect(await numberOf(contact.jid('lid'))).toBeNull();
        await phone.tellsLidOf(contact, how);
        const learned = await until('it was told', () => numberOf(contact.jid('lid')));
        expect(learned).toBe(`${contact.person.digits}:0@s.whatsapp.net`);
      }
    },
  );

  it('are one, in a message from someone who tells only one', async () => {
    const contact = whatsapp.contact(`+${number++}`);
    contact.tellsOneName();
    const first = await client.message((await contact.sends({ text: 'by lid' })).id);
    expect(first.message.key).toMatchObject({ remoteJid: contact.jid('lid') });
    expect(first.message.key.remoteJidAlt).toBeUndefined();
    contact.tellsBothNames();
    const second = await client.message((await contact.sends({ text: 'by both' })).id);
    expect(second.message.key.remoteJidAlt).toBe(contact.jid());
  });

  it('are a LID and perhaps a username where nobody is told the number', async () => {
    const hidden = whatsapp.contact(null, { username: 'ada.l' });
    const sent = await hidden.sends({ text: 'guess who' });
    const { message } = await client.message(sent.id);
    expect(message.key).toMatchObject({ remoteJid: hidden.jid('lid') });
    expect(message.key.remoteJidAlt).toBeUndefined();
    await client.socket.sendMessage(hidden.jid('lid'), { text: 'no idea' });
    await hidden.hears('no idea');
    const group = whatsapp.group({ subject: 'Lunch', members: [hidden, phone] });
    const asked = await hidden.sends({ text: 'pizza?' }, { in: group });
    const inGroup = await client.message(asked.id);
    expect(inGroup.message.key).toMatchObject({
      participant: hidden.jid('lid'),
      participantUsername: 'ada.l',
    });
  });
});
