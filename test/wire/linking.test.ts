import { BaileysClient } from './baileys-client';
import { linked } from './linked';
import { waitUntil } from './people/wait-until';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('linking an unmodified Baileys socket', () => {
  let whatsapp: WhatsApp;
  beforeAll(async () => void (whatsapp = await startWhatsApp()));
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(() => whatsapp.close());

  it('works by QR code: it ends with 515, then the same device can log in again and again', async () => {
    const phone = whatsapp.phone('+14155550100', { lid: '55500100' });
    const fresh = await BaileysClient.connect(whatsapp);
    const companion = await phone.link(await fresh.qr());
    expect(await fresh.closed()).toBe(515);

    const back = await (await BaileysClient.connect(whatsapp, fresh.memory)).open();
    expect(back.socket.user).toMatchObject({ id: '14155550100:1@s.whatsapp.net', lid: '55500100:1@lid' });
    expect(companion.preKeyCount).toBeGreaterThan(800);
    await back.end();

    const again = await (await BaileysClient.connect(whatsapp, fresh.memory)).open();
    expect(again.socket.user?.id).toBe('14155550100:1@s.whatsapp.net');
    await again.end();
  });

  it('works by pairing code, typed with its dash', async () => {
    const phone = whatsapp.phone('+14155550101');
    const fresh = await BaileysClient.connect(whatsapp);
    await fresh.qr();
    const code = await fresh.socket.requestPairingCode('14155550101');
    await phone.enterPairingCode(`${code.slice(0, 4)}-${code.slice(4)}`);
    expect(await fresh.closed()).toBe(515);
    const back = await (await BaileysClient.connect(whatsapp, fresh.memory)).open();
    expect(back.socket.user?.id).toBe('14155550101:1@s.whatsapp.net');
    await back.end();
  });

  it('fails with a wrong pairing code and links nothing', async () => {
    const phone = whatsapp.phone('+14155550102');
    const fresh = await BaileysClient.connect(whatsapp);
    await fresh.qr();
    await fresh.socket.requestPairingCode('14155550102', 'ABCD2345');
    await expect(phone.enterPairingCode('ABCD2346')).rejects.toThrow('The pairing code is wrong.');
    expect(phone.companions).toHaveLength(0);
    await fresh.end();
  });

  it('accepts a QR code only while a device shows it', async () => {
    const phone = whatsapp.phone('+14155550103');
    const fresh = await BaileysClient.connect(whatsapp);
    const qr = await fresh.qr();
    await expect(phone.link('not a QR code')).rejects.toThrow('not the text of a WhatsApp QR code');
    await fresh.end();
    await expect(phone.link(qr)).rejects.toThrow('No device shows this QR code');
  });

  it('can be undone on the phone: the device is disconnected at once and cannot log in again', async () => {
    const phone = whatsapp.phone('+14155550104');
    const client = await linked(whatsapp, phone);
    phone.unlink();
    expect(await client.closed()).toBe(401);
    const back = await BaileysClient.connect(whatsapp, client.memory);
    expect(await back.closed()).toBe(401);
  });

  it('is undone when the device logs out', async () => {
    const phone = whatsapp.phone('+14155550105');
    const client = await linked(whatsapp, phone);
    await client.socket.logout();
    await waitUntil('the device was gone', () => phone.companions.length === 0 || undefined);
  });

  it('refuses a login with unknown keys', async () => {
    const phone = whatsapp.phone('+14155550106');
    const client = await linked(whatsapp, phone);
    const stranger = await BaileysClient.connect(whatsapp);
    await stranger.qr();
    await stranger.end();
    const disguised = { ...stranger.memory, creds: { ...stranger.memory.creds, me: client.memory.creds.me } };
    const intruder = await BaileysClient.connect(whatsapp, disguised);
    expect(await intruder.closed()).toBe(401);
    await client.end();
  });
});
