import type { Content } from '../../../../engine/transport/transport';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

const DAY = 86_400;
const WEEK = 7 * DAY;
const NUMBER = '+14155550100';

describe('what a message respects in its chat', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  const memory = new BreakableMemory();
  let number = 14155572000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const known = someoneKnown();

  function someoneKnown() {
    return { longAgo: undefined as Contact | undefined, plain: undefined as Contact | undefined };
  }

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone(NUMBER);
    known.longAgo = someone();
    known.plain = someone();
    phone.history.push({
      id: known.longAgo.jid(),
      ephemeralExpiration: WEEK,
      ephemeralSettingTimestamp: 1_700_000_000,
    });
    phone.history.push({ id: known.plain.jid() });
    link = await linkedLink(whatsapp, phone, { memory });
  });
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  /** Sends a text and returns after how many seconds it disappears on the recipient's phone. */
  async function expires(to: Contact, chat: Contact | string = to, by = link): Promise<number | undefined> {
    const message = by.text(chat, `about ${number++}`);
    const { disappearsInS } = await by.transport.send(message);
    const { expires } = await to.hears(({ id }) => id === message.wireId);
    // What the engine is told for its history is what the phone got.
    expect(disappearsInS).toBe(expires);
    return expires;
  }
  /** The link has stored what a contact sent. */
  const arrives = async (
    from: Contact,
    content: Parameters<Contact['sends']>[0],
    by: 'lid' | 'number' = 'lid',
  ) => {
    const sent = await from.sends(content, { by });
    await eventually('the link has it', () => sent.delivered || undefined);
  };

  it('is the timer that the other person sets, changes and turns off', async () => {
    const ada = someone();
    expect(await expires(ada)).toBeUndefined();
    await arrives(ada, { timer: WEEK });
    expect(await expires(ada)).toBe(WEEK);
    // Into the next second, by which WhatsApp counts. A timer may end a moment early.
    await new Promise((resolve) => setTimeout(resolve, 1_020 - (Date.now() % 1_000)));
    await arrives(ada, { timer: 0 }, 'number');
    expect(await expires(ada)).toBeUndefined();
  });

  it('is the timer of a chat whose messages carry one, for every kind of content', async () => {
    const ada = someone();
    await ada.sends({ timer: DAY }, { to: phone });
    await arrives(ada, { text: 'it is on' });
    const quoted = ada.received.length;
    expect(quoted).toBe(0);
    const contents: Content[] = [
      { type: 'text', text: 'words', linkPreview: false },
      { type: 'poll', question: 'Which?', options: ['A', 'B'], allowMultiple: false },
      ...(['document', 'audio', 'sticker', 'image', 'video'] as const).map((kind): Content => ({
        type: 'media',
        kind,
        bytes: Buffer.from('x'),
        mime: 'application/x',
        filename: null,
        caption: null,
      })),
    ];
    for (const content of contents) {
      const message = { ...link.text(ada, ''), content };
      await link.transport.send(message);
      const heard = await ada.hears(({ id }) => id === message.wireId);
      expect([heard.kind, heard.expires]).toEqual([heard.kind, DAY]);
    }
  });

  it('is the timer that the owner sets on the phone', async () => {
    const ada = someone();
    await phone.sends({ timer: WEEK }, { to: ada });
    await phone.sends({ text: 'from the phone' }, { to: ada });
    await link.transport.checkNumber(someone().number);
    await eventually('the copy has come', () => (phone.companions[0]!.waiting === 0 ? true : undefined));
    expect(await expires(ada)).toBe(WEEK);
  });

  it('is the timer of a chat that is older than the link', async () => {
    expect(await expires(known.longAgo!)).toBe(WEEK);
  });

  it('is in a new chat the shorter of both people’s defaults, and never in an older one', async () => {
    const [ada, bob] = [someone(), someone()];
    for (const contact of [ada, known.plain!]) contact.setsDefaultTimer(DAY);
    phone.setsDefaultTimer(WEEK);
    try {
      expect(await expires(ada)).toBe(DAY);
      expect(await expires(bob)).toBe(WEEK);
      expect(await expires(known.plain!)).toBeUndefined();
    } finally {
      phone.setsDefaultTimer(0);
    }
    ada.setsDefaultTimer(0);
    expect(await expires(ada)).toBe(DAY);
  });

  it('goes without a default timer that WhatsApp does not tell', async () => {
    const ada = someone();
    ada.setsDefaultTimer(DAY);
    phone.faults.refuse('default-timers', 503);
    expect(await expires(ada)).toBeUndefined();
  });

  it('is the timer of a group, at once when it changes', async () => {
    const ada = someone();
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, phone] });
    expect(await expires(ada, group.jid)).toBeUndefined();
    for (const seconds of [DAY, 0]) {
      ada.changesGroup(group, { timer: seconds });
      await eventually('it was told', () => (phone.companions[0]!.waiting === 0 ? true : undefined));
      expect(await expires(ada, group.jid)).toBe(seconds || undefined);
    }
  });

  it.each(['lid', 'number'] as const)('is how a group with members by %s names people', async (by) => {
    const [ada, bob, eve] = [someone(), someone(), someone()];
    const brazil = whatsapp.contact(`+55118765${number++ % 10_000}`, { aliases: [] });
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, brazil, phone], by });
    const otherForm = brazil.number.replace(/^\+5511/, '+55119');
    const message = link.text(group.jid, `@Ada, @${bob.person.digits}, @Bia and @${eve.person.digits}`, {
      mentions: {
        ids: [ada.jid('lid'), bob.number, otherForm, eve.number],
        displays: ['Ada', '', 'Bia'],
      },
    });
    await link.transport.send(message);
    const user = (contact: Contact) => contact.jid(by).split('@')[0];
    const heard = await ada.hears(({ id }) => id === message.wireId);
    expect(heard).toMatchObject({
      text: `@${user(ada)}, @${user(bob)}, @${user(brazil)} and @${eve.person.digits}`,
      mentions: [...[ada, bob, brazil].map((contact) => contact.jid(by)), eve.jid()],
    });
  });

  it('is remembered by the next process', async () => {
    const ada = someone();
    await arrives(ada, { timer: WEEK });
    await link.transport.close();
    link = await makeLink(whatsapp, { memory, phone: NUMBER }).open().connected();
    expect(await expires(ada)).toBe(WEEK);
  });
});
