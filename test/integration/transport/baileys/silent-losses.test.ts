import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink, type LinkUnderTest } from './link-world';

describe('what Baileys loses silently', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let number = 14155571000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  /** Neither the server nor any contact got the message. */
  const wasNotSent = async (contact: Contact, wireId: string): Promise<void> => {
    await contact.settled();
    expect(contact.received).toEqual([]);
    expect(sent).not.toContain(wireId);
  };
  let sent: string[] = [];

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, { timing: { queryMs: 700, ackMs: 2_000 } });
    whatsapp.onStanza = ({ tag, attrs }) => void (tag === 'message' && sent.push(attrs.id ?? ''));
  });
  beforeEach(() => void (sent = []));
  afterEach(() => {
    expect(whatsapp.complaints.splice(0)).toEqual([]);
    whatsapp.faults.heal();
    phone.faults.heal();
  });
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  it('a lost answer about a number is a temporary error, not "not on WhatsApp"', async () => {
    const contact = someone();
    phone.faults.lose('usync');
    const message = link.text(contact, 'lost at first');
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    await wasNotSent(contact, message.wireId);
    await link.transport.send(message);
    expect(await contact.hears('lost at first')).toMatchObject({ id: message.wireId, copies: 1 });
  });

  it('a lost answer about a contact’s devices fails the send instead of sending to nobody', async () => {
    const contact = someone();
    expect(await link.transport.checkNumber(contact.number)).toMatchObject({ exists: true });
    // The number is known. Now the devices are queried, then the number again.
    phone.faults.lose('usync', 3);
    const message = link.text(contact, 'to whom?');
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    await wasNotSent(contact, message.wireId);
  });

  it('a refused query about a number is a temporary error', async () => {
    const contact = someone();
    phone.faults.refuse('usync', 503);
    const message = link.text(contact, 'busy');
    await expect(link.transport.send(message)).rejects.toMatchObject({ mayPass: true });
    await wasNotSent(contact, message.wireId);
  });

  it('keys that never arrive are a temporary error', async () => {
    const contact = someone();
    phone.faults.lose('prekeys', 5);
    const message = link.text(contact, 'no keys');
    await expect(link.transport.send(message)).rejects.toMatchObject({ mayPass: true });
    await wasNotSent(contact, message.wireId);
    phone.faults.heal();
    await link.transport.send(message);
    await contact.hears('no keys');
  });

  it('a number that is not on WhatsApp is rejected, and our own phone gets no copy', async () => {
    const message = link.text(`${number++}@c.us`, 'to nobody');
    await expect(link.transport.send(message)).rejects.toMatchObject({
      reason: 'not_on_whatsapp',
      mayPass: false,
    });
    expect(sent).toEqual([]);
    expect(phone.received.map(({ text }) => text)).not.toContain('to nobody');
  });

  it('an account deleted since its lookup is rejected as not on WhatsApp', async () => {
    const contact = someone();
    await link.transport.checkNumber(contact.number);
    whatsapp.directory.remove(contact.person);
    await expect(link.send(contact, 'still there?')).rejects.toMatchObject({ reason: 'not_on_whatsapp' });
  });

  it('a send resolves only after the server’s ack', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    // Our own phone would confirm its copy. Here it stays silent.
    phone.behaves({ silentCopies: true });
    whatsapp.faults.loseAck();
    const message = link.text(contact, 'acked never');
    await expect(link.transport.send(message)).rejects.toMatchObject({
      reason: 'unacknowledged',
      mayPass: true,
    });
    const { at } = await link.transport.send(message);
    expect(at).toBeGreaterThan(0);
    await contact.settled();
    expect(contact.received.map(({ id, copies }) => [id, copies])).toEqual([[message.wireId, 2]]);
    phone.behaves({ silentCopies: false });
  });

  it('a receipt replaces a lost ack', async () => {
    const contact = someone();
    whatsapp.faults.loseAck();
    const message = link.text(contact, 'acked by a receipt');
    await link.transport.send(message);
    await eventually('the receipt was reported', () => link.seen.receiptsOf(message.wireId)[0]);
    expect(contact.received.map(({ copies }) => copies)).toEqual([1]);
  });

  it('waits for a late ack', async () => {
    const contact = someone();
    whatsapp.faults.slowAck(400, 1);
    await link.send(contact, 'acked late');
    await contact.hears('acked late');
  });

  it('lost answers about groups do not mean no groups or no members', async () => {
    const [ada, bob] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    phone.faults.lose('groups');
    await expect(link.transport.listGroups()).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    const groups = [{ id: group.jid, name: 'Lunch', participantCount: 3 }];
    expect(await link.transport.listGroups()).toMatchObject(groups);

    phone.faults.lose('groups');
    const message = link.text(group.jid, 'pizza?');
    await expect(link.transport.send(message)).rejects.toMatchObject({ mayPass: true });
    phone.faults.lose('usync', 2);
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    await wasNotSent(ada, message.wireId);
    phone.faults.heal();
    await link.transport.send(message);
    for (const member of [ada, bob])
      expect(await member.hears('pizza?')).toMatchObject({ id: message.wireId });
  });

  it('a group that the account is not in is a final error', async () => {
    const group = whatsapp.group({ subject: 'Others', members: [someone()] });
    await expect(link.send(group.jid, 'hello?')).rejects.toMatchObject({
      reason: 'rejected_by_whatsapp:403',
      mayPass: false,
    });
  });
});
