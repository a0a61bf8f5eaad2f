import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { waitUntil } from '../../../wire/people/wait-until';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { linkedLink, type LinkUnderTest } from './link-world';

describe('"typing…"', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let ada: Contact;
  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    ada = whatsapp.contact('+14155573000');
    link = await linkedLink(whatsapp, phone);
  });
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });
  const shown = () => phone.companions[0]!.chatStates.splice(0);
  const chat = () => `${ada.number.slice(1)}@c.us`;

  it('is shown for the given time, and ends before the message arrives', async () => {
    const from = Date.now();
    await link.transport.typing!(chat(), 300, 'text');
    expect(Date.now() - from).toBeGreaterThanOrEqual(295);
    await link.send(ada, 'typed');
    await ada.hears('typed');
    expect(shown()).toEqual([
      { to: ada.jid(), state: 'composing' },
      { to: ada.jid(), state: 'paused' },
    ]);
  });

  it('is "recording…" for a voice message', async () => {
    await link.transport.typing!(chat(), 10, 'voice');
    await waitUntil('it ended', () => phone.companions[0]!.chatStates[1]);
    expect(shown()).toEqual([
      { to: ada.jid(), state: 'recording' },
      { to: ada.jid(), state: 'paused' },
    ]);
  });

  it('is shown in one chat while another gets a message', async () => {
    const bob = whatsapp.contact('+14155573001');
    let isOver = false;
    const typing = link.transport.typing!(chat(), 60_000, 'text').then(
      () => (isOver = true),
      () => (isOver = true),
    );
    await link.send(bob, 'meanwhile');
    await bob.hears('meanwhile');
    expect(isOver).toBe(false);
    expect(shown()).toEqual([{ to: ada.jid(), state: 'composing' }]);
    whatsapp.faults.dropLink();
    await typing;
    await link.connected();
  });

  it('is shown to nobody if the number is not on WhatsApp', async () => {
    const nobody = link.transport.typing!('14155573999@c.us', 10, 'text');
    await expect(nobody).rejects.toMatchObject({ reason: 'not_on_whatsapp', mayPass: false });
    expect(shown()).toEqual([]);
  });

  it('fails when the link drops', async () => {
    const typing = link.transport.typing!(chat(), 60_000, 'text');
    const ended = expect(typing).rejects.toMatchObject({ reason: 'link_down', mayPass: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
    whatsapp.faults.dropLink();
    await ended;
    await link.connected();
    await link.send(ada, 'after all');
    await ada.hears('after all');
  });
});
