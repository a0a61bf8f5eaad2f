import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink, type LinkUnderTest } from './link-world';

describe('what Baileys loses without a word', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let number = 14155571000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  /** Nothing of it reached the server or anybody. */
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

  it('a lost answer about whether a number exists may pass, and is not "not on WhatsApp"', async () => {
    const contact = someone();
    phone.faults.lose('usync');
    const message = link.text(contact, 'lost at first');
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    await wasNotSent(contact, message.wireId);
    await link.transport.send(message);
    expect(await contact.hears('lost at first')).toMatchObject({ id: message.wireId, copies: 1 });
  });

  it('a lost answer about somebody’s devices does not send to nobody', async () => {
    const contact = someone();
    expect(await link.transport.checkNumber(contact.number)).toMatchObject({ exists: true });
    // The number is known: what is asked for now is where to send to, and then the number once more.
    phone.faults.lose('usync', 3);
    const message = link.text(contact, 'to whom?');
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    await wasNotSent(contact, message.wireId);
  });

  it('a refused question about a number may pass', async () => {
    const contact = someone();
    phone.faults.refuse('usync', 503);
    const message = link.text(contact, 'busy');
    await expect(link.transport.send(message)).rejects.toMatchObject({ mayPass: true });
    await wasNotSent(contact, message.wireId);
  });

  it('keys that never come may pass', async () => {
    const contact = someone();
    phone.faults.lose('prekeys', 5);
    const message = link.text(contact, 'no keys');
    await expect(link.transport.send(message)).rejects.toMatchObject({ mayPass: true });
    await wasNotSent(contact, message.wireId);
    phone.faults.heal();
    await link.transport.send(message);
    await contact.hears('no keys');
  });

  it('a number that is not on WhatsApp is told so, and nothing is sent to the own phone either', async () => {
    const message = link.text(`${number++}@c.us`, 'to nobody');
    await expect(link.transport.send(message)).rejects.toMatchObject({
      reason: 'not_on_whatsapp',
      mayPass: false,
    });
    expect(sent).toEqual([]);
    expect(phone.received.map(({ text }) => text)).not.toContain('to nobody');
  });

  it('an account that has gone since it was looked up is told so', async () => {
    const contact = someone();
    await link.transport.checkNumber(contact.number);
    whatsapp.directory.remove(contact.person);
    await expect(link.send(contact, 'still there?')).rejects.toMatchObject({ reason: 'not_on_whatsapp' });
  });

  it('a message is no success before the server has said that it has it', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    // The own phone gets a copy and would say so: here it says nothing.
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

  it('a receipt stands in for an answer that got lost', async () => {
    const contact = someone();
    whatsapp.faults.loseAck();
    const message = link.text(contact, 'acked by a receipt');
    await link.transport.send(message);
    await eventually('the receipt was told', () => link.seen.receiptsOf(message.wireId)[0]);
    expect(contact.received.map(({ copies }) => copies)).toEqual([1]);
  });

  it('a late answer is waited for', async () => {
    const contact = someone();
    whatsapp.faults.slowAck(400, 1);
    await link.send(contact, 'acked late');
    await contact.hears('acked late');
  });

  it('lost answers about groups are not "no groups", nor "nobody in it"', async () => {
    const [ada, bob] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    phone.faults.lose('groups');
    await expect(link.transport.listGroups()).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    expect(await link.transport.listGroups()).toEqual([
      { id: group.jid, name: 'Lunch', participantCount: 3 },
    ]);

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

  it('a group that the account is not in is refused for good', async () => {
    const group = whatsapp.group({ subject: 'Others', members: [someone()] });
    await expect(link.send(group.jid, 'hello?')).rejects.toMatchObject({
      reason: 'rejected_by_whatsapp:403',
      mayPass: false,
    });
  });
});
