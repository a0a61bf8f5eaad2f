import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { linkedLink } from './link-world';

describe('linking', () => {
  let whatsapp: WhatsApp;
  beforeAll(async () => void (whatsapp = await startWhatsApp()));
  afterAll(() => whatsapp.close());

  it('is done by QR code, and the link is up', async () => {
    const phone = whatsapp.phone('+14155550100');
    const link = await linkedLink(whatsapp, phone);
    console.log(link.seen.states, link.accounts);
    const ada = whatsapp.contact('+14155551234');
    ada.behaves({ read: true });
    const sent = await link.send(ada, 'hello');
    console.log(sent);
    await ada.hears('hello');
    await ada.sends({ text: 'hi' });
    await new Promise((r) => setTimeout(r, 300));
    console.log(link.seen.receipts, link.seen.inbounds);
    await link.transport.close();
    expect(whatsapp.complaints).toEqual([]);
  });
});
