import { startEngine, type Answer, type Call, type TestEngine } from '../../../support/engine/start-engine';
import { until } from '../../../support/engine/until';
import { Receiver } from '../../events/receiver';
import type { Contact } from '../../../wire/people/contact';
import type { LidTelling } from '../../../wire/people/lid-tellings';
import type { Phone } from '../../../wire/people/phone';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';

/** Our own number, in the form without the 9. */
const PHONE = '+551187651111';

/** The status of the answer to a sequence for somebody who has opted out. */
const OPTED_OUT = 422;

/** An account whose number has another form. */
interface TwoForms {
  contact: Contact;
  /** E.164, not the account's own. */
  otherForm: string;
}

describe('an engine with a linked number takes a person for one, under every name:', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let engine: TestEngine;
  let live: Call;
  let next = 1000;

  /** @param isKnown whether WhatsApp itself finds the account by its other form */
  const account = (own: string, otherForm: string, isKnown = true): TwoForms => ({
    contact: whatsapp.contact(own, { aliases: isKnown ? [otherForm] : [] }),
    otherForm,
  });
  const forms: Record<string, () => TwoForms> = {
    Brazil: () => account(`+55118765${next}`, `+551198765${next++}`),
    Mexico: () => account(`+521551111${next}`, `+52551111${next++}`),
    Argentina: () => account(`+549114444${next}`, `+54114444${next++}`, false),
  };
  const everywhere = (): TwoForms[] => Object.values(forms).map((make) => make());
  const someone = (): Contact => whatsapp.contact(`+1415558${next++}`);
  /** Somebody whose messages have only their LID, until they tell more. */
  const stranger = (): Contact => {
    const contact = someone();
    contact.tellsOneName();
    return contact;
  };

  const ask = async (method: string, path: string, body?: object): Promise<Answer['body']> => {
    const answer = await live(method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
  const send = (to: string, text: string, more: object = {}) =>
    ask('POST', '/v1/messages', { type: 'text', to, text, ...more });
  /** A message for later that an answer cancels. */
  const unlessAnswered = (to: string) =>
    send(to, 'still there?', { send_at: inAnHour(), cancel_on_reply: true });
  const startSequence = (to: string) =>
    live('POST', '/v1/sequences', { to, steps: [{ type: 'text', text: 'step', after: 'P1D' }] });
  const reaches = (path: string, status: string) =>
    until(`${path} is ${status}`, async () => {
      const body = await ask('GET', path);
      return body.status === status && body;
    });
  const message = (id: string, status: string) => reaches(`/v1/messages/${id}`, status);
  const makeAudience = (...to: string[]) =>
    ask('POST', '/v1/audiences', { name: 'all', contacts: to.map((one) => ({ to: one })) });
  /** Sends a campaign. @returns its messages, once it has ended */
  const campaign = async (text: string, ...to: string[]): Promise<Answer['body'][]> => {
    const { id: audience_id } = await makeAudience(...to);
    const { id } = await ask('POST', '/v1/campaigns', { name: 'c', audience_id, text });
    await until('the campaign has ended', async () =>
      (await ask('GET', `/v1/campaigns/${id}`)).status.startsWith('complete'),
    );
    return (await ask('GET', `/v1/messages?campaign_id=${id}`)).data.reverse();
  };
  const optedOut = (...people: Contact[]) =>
    until('they have opted out', async () => {
      const { data } = await ask('GET', '/v1/opt-outs?limit=200');
      const known = data.map(({ chat_id }: { chat_id: string }) => chat_id);
      return people.every(
        ({ person }) => known.includes(`${person.digits}@c.us`) || known.includes(person.jid('lid')),
      );
    });
  /** Resolves when the engine has stored what somebody writes. */
  const writes = async (contact: Contact, text: string, by: 'lid' | 'number' = 'lid'): Promise<void> => {
    const sent = await contact.sends({ text }, { by });
    await until('it is stored', () => sent.receipts.length > 0);
  };

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone(PHONE);
    engine = await startEngine({
      flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url },
      parts: { mediaAgent: whatsapp.mediaAgent },
    });
    live = engine.callAs(await engine.engine.localKey('live'));
    const { id } = await ask('POST', '/v1/sessions', {});
    await phone.link(await until('a code', async () => (await live('GET', `/v1/sessions/${id}/qr`)).body.qr));
    await until('it is linked', async () => (await ask('GET', `/v1/sessions/${id}`)).state === 'connected');
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  it('STOP from one form of a number holds for the other', async () => {
    const people = everywhere();
    await Promise.all(people.map(({ contact }) => writes(contact, 'STOP', 'number')));
    const other = someone();
    const messages = await campaign('spring', ...people.map(({ otherForm }) => otherForm), other.number);
    expect(messages.map(({ failure_reason: reason }) => reason)).toEqual([
      ...['recipient_opted_out', 'recipient_opted_out', 'recipient_opted_out'],
      null,
    ]);
    await other.hears('spring');
    for (const { contact, otherForm } of people) {
      expect(contact.received).toEqual([]);
      expect((await startSequence(otherForm)).status).toBe(OPTED_OUT);
    }
  });

  it('an answer from one form of a number is an answer to the other', async () => {
    const people = everywhere();
    const waiting = await Promise.all(people.map(({ otherForm }) => unlessAnswered(otherForm)));
    const sequences = await Promise.all(people.map(({ otherForm }) => startSequence(otherForm)));
    await Promise.all(people.map(({ contact }) => writes(contact, 'here I am', 'number')));
    for (const { id } of waiting) await message(id, 'canceled');
    for (const { body } of sequences) await reaches(`/v1/sequences/${body.id}`, 'stopped_by_reply');
  });

  it('a message to either form of a number arrives, and is listed and canceled under either', async () => {
    for (const { contact, otherForm } of everywhere()) {
      const [one, two] = [await send(otherForm, 'hi'), await send(contact.number, 'ho')];
      await Promise.all([contact.hears('hi'), contact.hears('ho')]);
      expect(one.person_id).toBe(two.person_id);
      const later = await send(otherForm, 'later', { send_at: inAnHour() });
      const listed = await ask('GET', `/v1/messages?to=${encodeURIComponent(contact.number)}`);
      expect(listed.data.map(({ id }: { id: string }) => id)).toEqual([later.id, two.id, one.id]);
      expect(await ask('POST', '/v1/messages/cancel', { to: contact.number })).toMatchObject({ canceled: 1 });
    }
  });

  it('a campaign reaches a person once whose forms are both in the audience', async () => {
    const { contact, otherForm } = forms.Brazil!();
    const messages = await campaign('once', contact.number, otherForm);
    expect(messages).toHaveLength(1);
    await contact.hears('once');
  });

  it('tells the forms of a number apart where each has an account', async () => {
    const [one, two] = [whatsapp.contact('+5511987650009'), whatsapp.contact('+551187650009')];
    await Promise.all([send(one.number, 'to one'), send(two.number, 'to two')]);
    await Promise.all([one.hears('to one'), two.hears('to two')]);
    const [first, second] = [await unlessAnswered(one.number), await unlessAnswered(two.number)];
    await writes(two, 'it is me', 'number');
    await message(second.id, 'canceled');
    expect(await ask('GET', `/v1/messages/${first.id}`)).toMatchObject({ status: 'scheduled' });
    expect([one, two].map(({ received }) => received.map(({ text }) => text))).toEqual([
      ['to one'],
      ['to two'],
    ]);
  });

  it('`from` is our number in either form', async () => {
    const contact = someone();
    await send(contact.number, 'from us', { from: '+55 11 98765-1111' });
    await contact.hears('from us');
  });

  it('an answer to a LID counts once WhatsApp has said whose it is, and STOP under it holds for the number', async () => {
    const [ada, bob] = [stranger(), stranger()];
    const lid = ada.jid('lid');
    await writes(ada, 'hello');
    await send(lid, 'hello yourself');
    await ada.hears('hello yourself');
    const waiting = await unlessAnswered(lid);
    const { body: sequence } = await startSequence(lid);
    ada.tellsBothNames();
    await writes(ada, 'it is me', 'number');
    await message(waiting.id, 'canceled');
    await reaches(`/v1/sequences/${sequence.id}`, 'stopped_by_reply');

    await writes(bob, 'STOP');
    await optedOut(bob);
    // The number is looked up right before the campaign would go.
    const [toBob] = await campaign('spring', bob.number);
    expect(toBob).toMatchObject({ status: 'failed', failure_reason: 'recipient_opted_out' });
    expect(bob.received).toEqual([]);
  });

  it('a campaign reaches a person once whose number and LID are in the audience, before anyone knew', async () => {
    const ada = stranger();
    await writes(ada, 'hello');
    const messages = await campaign('only once', ada.jid('lid'), ada.number);
    expect(messages.map(({ status }) => status).sort()).toEqual(['canceled', 'delivered']);
    expect(ada.received.map(({ text }) => text)).toEqual(['only once']);
  });

  it.each<LidTelling>(['history', 'migration', 'sync action', 'notification'])(
    'learns whose a LID is from %s',
    async (how) => {
      const ada = stranger();
      await writes(ada, 'STOP');
      const audience = await makeAudience(ada.jid('lid'), ada.number);
      expect(audience.contact_count).toBe(2);
      await phone.tellsLidOf(ada, how);
      await until('they are one', async () => {
        const { contact_count: count } = await ask('GET', `/v1/audiences/${audience.id}`);
        return count === 1;
      });
      expect((await startSequence(ada.number)).status).toBe(OPTED_OUT);
    },
  );

  it('learns whose a LID is from the members of a group', async () => {
    const ada = stranger();
    await writes(ada, 'STOP');
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, phone] });
    await send(group.jid, 'pizza?');
    await ada.hears('pizza?');
    await until('they are one', async () => (await startSequence(ada.number)).status === OPTED_OUT);
  });

  it('learns whose a LID is from the copy of what our own phone writes', async () => {
    const ada = stranger();
    await writes(ada, 'STOP');
    ada.tellsBothNames();
    await phone.sends({ text: 'from the phone' }, { to: ada });
    await until('they are one', async () => (await startSequence(ada.number)).status === OPTED_OUT);
    const bob = someone();
    expect((await startSequence(bob.number)).status).toBe(201);
  });

  it('does everything with an account that nobody is told the number of', async () => {
    const hidden = whatsapp.contact(null, { username: 'ada.l' });
    const lid = hidden.jid('lid');
    await send(lid, 'hi');
    await hidden.hears('hi');
    const waiting = await unlessAnswered(lid);
    const { body: sequence } = await startSequence(lid);
    await writes(hidden, 'hi there');
    await message(waiting.id, 'canceled');
    await reaches(`/v1/sequences/${sequence.id}`, 'stopped_by_reply');
    expect(await campaign('spring', lid)).toMatchObject([{ to: lid, person_id: waiting.person_id }]);
    await hidden.hears('spring');
    await writes(hidden, 'STOP');
    expect((await startSequence(lid)).status).toBe(OPTED_OUT);
    expect((await live('DELETE', `/v1/opt-outs/${lid}`)).status).toBe(200);
    expect((await startSequence(lid)).status).toBe(201);
    expect(await campaign('summer', lid)).toMatchObject([{ failure_reason: null }]);
    await hidden.hears('summer');
  });

  it('shows the username that WhatsApp told last, wherever it was told, and joins nobody by it', async () => {
    const hidden = whatsapp.contact(null, { username: 'ada.l' });
    const lid = hidden.jid('lid');
    const group = whatsapp.group({ subject: 'Poets', members: [hidden, phone] });
    const shows = (...usernames: string[]) =>
      until(`it shows ${usernames.join()}`, async () => {
        const { status, body } = await live('GET', `/v1/people/${lid}`);
        if (status !== 200) return false;
        const values = usernames.map((value) => ({ kind: 'username', value }));
        return (
          JSON.stringify(body.names) === JSON.stringify([{ kind: 'lid', value: lid }, ...values]) && body
        );
      });
    await writes(hidden, 'hello');
    const { id } = await shows('ada.l');
    hidden.takesUsername('ada.in.group');
    await hidden.sends({ text: 'hello all' }, { in: group });
    await shows('ada.in.group');
    hidden.takesUsername('ada.on.phone');
    await phone.sends({ text: 'hello, Ada' }, { to: hidden });
    await shows('ada.on.phone');
    hidden.takesUsername(undefined);
    await writes(hidden, 'no username here');
    await shows('ada.on.phone');

    const heir = whatsapp.contact(null, { username: 'ada.on.phone' });
    await writes(heir, 'STOP');
    await optedOut(heir);
    const { data } = await ask('GET', '/v1/people?q=@ada.on');
    const found = data.map((one: { id: string; opted_out: boolean }) => [one.id === id, one.opted_out]);
    expect(found).toEqual([
      [false, true],
      [true, false],
    ]);
    expect((await startSequence(lid)).status).toBe(201);
  });

  it('knows a business by its verified name, from then on and under any name', async () => {
    const shop = someone();
    const isBusiness = async () => {
      const { data } = await ask('GET', '/v1/contacts?limit=200');
      const { person_id: id } = await ask('GET', `/v1/chats/${shop.jid('lid')}`);
      return data.find((one: { person_id: string }) => one.person_id === id).is_business;
    };
    await writes(shop, 'a person?');
    expect(await isBusiness()).toBe(false);
    shop.becomesBusiness();
    await writes(shop, 'a business');
    expect(await isBusiness()).toBe(true);
  });

  it('a webhook for one person gets what they write under any name', async () => {
    const receiver = await new Receiver().start();
    const listenTo = (path: string, filter: object) =>
      ask('POST', '/v1/webhooks', { url: receiver.url(path), events: ['message.received'], filter });
    const heard = (path: string, text: string) =>
      until(`${path} gets "${text}"`, () =>
        receiver.received.find((got) => got.path === path && got.event.data.text === text),
      );
    const { contact, otherForm } = forms.Mexico!();
    const [ada, bob] = [stranger(), stranger()];
    await listenTo('/form', { from: otherForm });
    await writes(contact, 'other form', 'number');
    await heard('/form', 'other form');

    // As n8n's send-and-wait does: it listens, then asks, and the answer comes under the LID alone.
    await listenTo('/number', { from: ada.number });
    await send(ada.number, 'your size?');
    await ada.hears('your size?');
    await writes(ada, 'M');
    expect((await heard('/number', 'M')).event.data).toMatchObject({ from: ada.number });

    await listenTo('/lid', { chat_id: bob.jid('lid') });
    bob.tellsBothNames();
    await writes(bob, 'by number', 'number');
    await heard('/lid', 'by number');
    expect(receiver.received.map(({ path }) => path)).toEqual(['/form', '/number', '/lid']);
    await receiver.stop();
  });
});
