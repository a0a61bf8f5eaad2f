import { BaileysClient } from './baileys-client';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('linking an unmodified Baileys socket', () => {
  let whatsapp: WhatsApp;
  beforeAll(async () => void (whatsapp = await startWhatsApp()));
  afterAll(() => whatsapp.close());

  it('is done by QR code, ends with 515, and the same device logs in', async () => {
    const phone = whatsapp.phone('+14155550100', { lid: '55500100' });
    const fresh = await BaileysClient.connect(whatsapp);
    const companion = await phone.link(await fresh.qr());
    expect(await fresh.closed()).toBe(515);

    const back = await (await BaileysClient.connect(whatsapp, fresh.memory)).open();
    expect(back.socket.user).toMatchObject({ id: '14155550100:1@s.whatsapp.net', lid: '55500100:1@lid' });
    expect(companion.preKeyCount).toBeGreaterThan(800);
    await back.end();
    expect(whatsapp.complaints).toEqual([]);
  });
});
