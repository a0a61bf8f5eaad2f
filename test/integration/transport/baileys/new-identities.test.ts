import { BaileysClient } from '../../../wire/baileys-client';
import { linked } from '../../../wire/linked';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink, type LinkUnderTest } from './link-world';

describe('somebody whose devices have changed', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let number = 14155573000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone);
  });
  // Also: nobody received anything unreadable.
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  /** A notification has reached the link, and what follows from it is done. */
  async function told(): Promise<void> {
    await eventually('the link was told', () => phone.companions[0]!.waiting === 0 || undefined);
    await link.transport.checkNumber(someone().number);
  }
  /** The members can read what goes to the group, at the first try. */
  async function reaches(group: string, members: Contact[], text: string): Promise<void> {
    await link.send(group, text);
    for (const member of members) expect(await member.hears(text)).toMatchObject({ copies: 1 });
  }

  it.each([
    ['lid', 'lid'],
    ['lid', 'number'],
    ['number', 'lid'],
    ['number', 'number'],
  ] as const)(
    'can read in a group by %s, told of their new identity by %s alone',
    async (by, announcedBy) => {
      const members = [someone(), someone()];
      const group = whatsapp.group({ subject: 'Lunch', members: [...members, phone], by });
      await reaches(group.jid, members, 'before');
      members[0]!.behaves({ retry: false });
      await members[0]!.reinstalls({ announcedBy });
      await told();
      await reaches(group.jid, members, 'after');
      await reaches(group.jid, members, 'once more');
    },
  );

  it('can read in a chat, also if the new keys did not come at once', async () => {
    const ada = someone();
    await link.send(ada, 'before');
    await ada.hears('before');
    ada.behaves({ retry: false });
    phone.faults.refuse('prekeys', 503);
    await ada.reinstalls({ announcedBy: 'lid' });
    await told();
    phone.faults.heal();
    await link.send(ada, 'after');
    await ada.hears('after');
  });

  it('can read in a group once they have written from their new phone', async () => {
    const ada = someone();
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, phone] });
    await reaches(group.jid, [ada], 'before');
    ada.behaves({ retry: false });
    await ada.reinstalls();
    const sent = await ada.sends({ text: 'new phone' });
    await eventually('the link has it', () => sent.delivered || undefined);
    await reaches(group.jid, [ada], 'after');
  });

  it('who linked a device that has no keys yet keeps nobody from reading', async () => {
    const [ada, bob] = [someone(), whatsapp.phone(`+${number++}`)];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    const silent = await BaileysClient.connect(whatsapp);
    await bob.link(await silent.qr());
    await silent.closed();
    await reaches(group.jid, [ada, bob], 'to all who can');
    await link.send(bob, 'and to you');
    await bob.hears('and to you');
  });

  it.each(['lid', 'number'] as const)('can read on a newly linked device in a group by %s', async (by) => {
    const bob = whatsapp.phone(`+${number++}`);
    const group = whatsapp.group({ subject: 'Lunch', members: [bob, phone], by });
    await reaches(group.jid, [bob], 'before');
    const laptop = await linked(whatsapp, bob);
    await told();
    const message = link.text(group.jid, 'to both');
    await link.transport.send(message);
    expect((await laptop.message(message.wireId)).message.message?.extendedTextMessage?.text).toBe('to both');
    await laptop.end();
    bob.unlink();
    await told();
    await reaches(group.jid, [bob], 'to the phone');
  });
});
