import type { BaileysClient } from './baileys-client';
import { linked } from './linked';
import type { Phone } from './people/phone';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('several numbers on one WhatsApp', () => {
  let whatsapp: WhatsApp;
  let [shop, clinic]: Phone[] = [];
  let clients: BaileysClient[];
  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    shop = whatsapp.phone('+14155550100');
    clinic = whatsapp.phone('+14155550200');
    clients = [await linked(whatsapp, shop), await linked(whatsapp, clinic)];
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  it('a contact chooses which number to write to, and only that one gets it', async () => {
    const contact = whatsapp.contact('+14155554000');
    await expect(contact.sends({ text: 'hello?' })).rejects.toThrow('Say which phone to write to');
    const sent = await contact.sends({ text: 'hello clinic' }, { to: clinic });
    await clients[1]?.message(sent.id);
    expect(clients[0]?.messages).toEqual([]);
  });

  it('one linked device writes to another', async () => {
    const sent = await clients[0]?.socket.sendMessage(String(clinic?.jid()), { text: 'a referral' });
    const arrived = await clients[1]?.message(sent?.key.id ?? '');
    expect(arrived?.message.message?.extendedTextMessage?.text).toBe('a referral');
    expect(await clinic?.hears('a referral')).toMatchObject({ device: 1 });
  });

  it('a fault planned for one number does not affect the other', async () => {
    const contact = whatsapp.contact('+14155554001');
    shop?.faults.nextAck(500);
    const accepted = await clients[1]?.socket.sendMessage(contact.jid(), { text: 'from the clinic' });
    const refused = await clients[0]?.socket.sendMessage(contact.jid(), { text: 'from the shop' });
    expect((await clients[1]?.stanza(accepted?.key.id ?? '', 'ack'))?.attrs.error).toBeUndefined();
    expect((await clients[0]?.stanza(refused?.key.id ?? '', 'ack'))?.attrs.error).toBe('500');
  });
});
