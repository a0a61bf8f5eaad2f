import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { makeLink } from './link-world';

describe('linking that is requested before the device is loaded', () => {
  let whatsapp: WhatsApp;
  beforeAll(async () => void (whatsapp = await startWhatsApp()));
  afterAll(() => whatsapp.close());

  it('creates one device and keeps it, in the next process too', async () => {
    const phone = whatsapp.phone('+14155550100');
    const memory = new BreakableMemory();
    const first = makeLink(whatsapp, { memory }).open();
    first.transport.linking!.start();
    await phone.link(await first.qr());
    await first.connected();
    await first.transport.close();

    const next = makeLink(whatsapp, { memory, phone: phone.number }).open();
    next.transport.linking!.start();
    await next.connected();
    expect(next.qrs).toEqual([]);
    expect(phone.companions).toHaveLength(1);
    await next.transport.close();
    expect(whatsapp.complaints).toEqual([]);
  });
});
