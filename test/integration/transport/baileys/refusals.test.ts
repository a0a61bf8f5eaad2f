import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';
import { BreakableMemory } from './breakable-memory';

describe('refusals by WhatsApp', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  const memory = new BreakableMemory();
  let number = 14155572000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const inState = (state: string) =>
    eventually(`it was ${state}`, () => link.transport.state === state || undefined);

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, { memory });
  });
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  it.each([
    [479, false],
    [500, true],
    [503, true],
  ])('%i: temporary is %s, and the link stays up', async (code, mayPass) => {
    const contact = someone();
    whatsapp.faults.nextAck(code);
    const message = link.text(contact, 'refused at first');
    await expect(link.transport.send(message)).rejects.toMatchObject({
      reason: `rejected_by_whatsapp:${code}`,
      mayPass,
    });
    expect(link.transport.state).toBe('connected');
    if (!mayPass) return;
    await link.transport.send(message);
    await contact.hears('refused at first');
  });

  it('a message that is called back while others go before it does not go', async () => {
    const people = Array.from({ length: 20 }, someone);
    let mayGo = true;
    const wanted: string[] = [];
    whatsapp.onStanza = ({ tag, attrs }) => {
      if (tag !== 'message') return;
      wanted.push(attrs.id ?? '');
      mayGo = false;
    };
    // As long as a query of the store.
    const ask = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(mayGo), 5));
    const sent = people.map((contact) => link.transport.send(link.text(contact, 'spring', { mayGo: ask })));
    const outcomes = await Promise.allSettled(sent);
    whatsapp.onStanza = () => undefined;
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    // The next one may have been encrypted already.
    expect(wanted.length).toBeLessThanOrEqual(2);
    expect(refused).toHaveLength(people.length - wanted.length);
    expect(refused[0]).toMatchObject({ reason: { reason: 'not_wanted', mayPass: false } });
  });

  it('a time-lock is reported with its end, blocks new contacts only, and ends when WhatsApp says so', async () => {
    const [stranger, friend] = [someone(), someone()];
    await friend.sends({ text: 'hi' });
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    phone.restrict(until);
    await inState('restricted');
    expect([link.restrictedUntil.at(-1), link.lastReason]).toEqual([
      until.getTime(),
      expect.stringMatching(/new contacts wait/i),
    ]);
    await expect(link.send(stranger, 'buy now')).rejects.toMatchObject({
      reason: 'rejected_by_whatsapp:463',
      mayPass: false,
    });
    await link.send(friend, 'hi yourself');
    await friend.hears('hi yourself');
    phone.liftRestriction();
    await inState('connected');
    await link.send(stranger, 'hello');
    await stranger.hears('hello');
  });

  it('a time-lock that started while offline is known before anything is sent', async () => {
    await link.transport.close();
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    phone.restrict(until);
    link = makeLink(whatsapp, { memory, phone: phone.number }).open();
    await link.opening;
    expect(link.states).toEqual(['connecting', 'restricted']);
    expect(link.restrictedUntil.at(-1)).toBe(until.getTime());
    phone.liftRestriction();
    await inState('connected');
  });

  it('463 restricts the link even if WhatsApp lists no restriction', async () => {
    whatsapp.faults.nextAck(463);
    await expect(link.send(someone(), 'too much')).rejects.toMatchObject({
      reason: 'rejected_by_whatsapp:463',
    });
    expect(link.transport.state).toBe('restricted');
    expect(link.restrictedUntil.at(-1)).toBeGreaterThan(Date.now());
  });
});
