import { linkPhone } from '../../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../../support/engine/start-engine';
import { until } from '../../../support/engine/until';
import { Receiver } from '../../events/receiver';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { sealMedia } from '../../../wire/media/media-crypto';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('content from the API to a phone, and from a phone to a webhook', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let ada: Contact;
  let engine: TestEngine;
  let receiver: Receiver;
  let live: Call;

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    ada = whatsapp.contact('+14155551234', { name: 'Ada' });
    receiver = await new Receiver().start();
    engine = await startEngine({
      flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url },
      parts: { mediaAgent: whatsapp.mediaAgent },
    });
    live = engine.callAs(await engine.engine.localKey('live'));
    const events = [
      'message.received',
      'message.reaction',
      'message.edited',
      'message.revoked',
      'poll.voted',
    ];
    await live('POST', '/v1/webhooks', { url: receiver.url(), events });
    await linkPhone(live, phone);
  }, 90_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  const told = async (wireId: string) => {
    const { event } = await until('the webhook gets the event', () =>
      receiver.received.find(({ event: { data } }) => String(data.key).includes(wireId)),
    );
    return event;
  };
  const send = async (fields: object): Promise<string> => {
    const { status, body } = await live('POST', '/v1/messages', { to: ada.number, ...fields });
    expect({ status, error: body.error }).toEqual({ status: 201 });
    return body.id;
  };

  it('sends a picture and receives one in reply', async () => {
    const reference = 'appointment-42';
    const id = await send({
      type: 'media',
      media: { data_base64: png.toString('base64'), caption: 'Map' },
      reference,
    });
    const heard = await ada.hears('Map');
    expect(ada.opens(heard)).toEqual(png);
    const media = { kind: 'image', bytes: png, mimetype: 'image/png', caption: 'Thanks' } as const;
    const { data } = await told((await ada.sends({ media, quote: heard.id })).id);
    expect(data).toMatchObject({
      ...{ chat_id: '14155551234@c.us', from: '+14155551234', is_group: false, author: null },
      ...{ type: 'image', text: 'Thanks', in_reply_to_message_id: id, reference },
      media: { mime: 'image/png', filename: null, size: png.length },
    });
    const response = await fetch((data.media as { url: string }).url);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  });

  it('sends a location and a contact, and tells of answers that quote them', async () => {
    const location = { latitude: 41.9, longitude: 12.5, name: 'Office' };
    const contact = { name: 'Bob', phones: ['+44 20 7946 0018'] };
    const ids = [await send({ type: 'location', location }), await send({ type: 'contact', contact })];
    const heard = [await ada.hears('Office'), await ada.hears('Bob')];
    expect(heard[0]).toMatchObject({ kind: 'location', place: [41.9, 12.5] });
    expect(heard[1]?.card?.phones).toEqual([{ number: '+442079460018', account: '442079460018' }]);
    for (const [index, { id }] of heard.entries()) {
      const { data } = await told((await ada.sends({ text: 'thanks', quote: id })).id);
      expect(data).toMatchObject({ in_reply_to_message_id: ids[index] });
    }
  });

  it('reports a poll vote by the names of its options', async () => {
    const id = await send({ type: 'poll', poll: { question: 'Which?', options: ['A', 'B'] } });
    const poll = await ada.hears('Which?');
    const { type, data } = await told((await ada.sends({ vote: ['B'], poll: poll.id })).id);
    expect(type).toBe('poll.voted');
    expect(data).toMatchObject({ options: ['B'], in_reply_to_message_id: id, from: '+14155551234' });
  });

  it('reports the author of a group message, and can reply by its key', async () => {
    const { jid } = whatsapp.group({ subject: 'Lunch', members: [phone, ada] });
    const sent = await ada.sends({ text: 'at one' }, { in: whatsapp.directory.groups.get(jid) });
    const { data } = await told(sent.id);
    expect(data).toMatchObject({
      key: `false_${jid}_${sent.id}_14155551234@c.us`,
      ...{ chat_id: jid, is_group: true, author: '+14155551234', from: '+14155551234', text: 'at one' },
    });
    await send({ to: jid, type: 'text', text: 'fine', reply_to: data.key });
    const heard = await ada.hears('fine');
    expect(heard.message.extendedTextMessage?.contextInfo).toMatchObject({
      ...{ stanzaId: sent.id, participant: ada.jid('lid'), quotedMessage: { conversation: 'at one' } },
    });
  });

  it('reports an edit, a revocation and a reaction', async () => {
    const first = await ada.sends({ text: 'at eihgt' });
    const edit = await told((await ada.sends({ edit: first.id, text: 'at eight' })).id);
    expect(edit).toMatchObject({
      type: 'message.edited',
      data: { text: 'at eight', reply_to: `false_14155551234@c.us_${first.id}` },
    });
    expect((await told((await ada.sends({ revoke: first.id })).id)).type).toBe('message.revoked');
    const id = await send({ type: 'text', text: 'done' });
    const { id: wireId } = await ada.hears('done');
    const reaction = await told((await ada.sends({ react: '👍', to: wireId })).id);
    expect(reaction).toMatchObject({
      type: 'message.reaction',
      data: { emoji: '👍', in_reply_to_message_id: id },
    });
  });

  it('loads older messages from the phone, with their files, and tells nobody', async () => {
    const before = receiver.received.length;
    const day = (days: number): Date => new Date(Date.now() - days * 86_400_000);
    const { id } = await ada.sends({ text: 'the first that the engine knows' });
    await told(id);
    const sealed = sealMedia(png, 'image');
    const imageMessage = { ...sealed, ...whatsapp.media.put(sealed.bytes), mimetype: 'image/png' };
    const [picture] = phone.remembers(ada, [
      { message: { imageMessage }, at: day(40) },
      { text: 'and a text', at: day(39), fromMe: true },
      { id, text: 'the first that the engine knows', at: new Date() },
    ]);
    const chat = `/v1/chats/${encodeURIComponent(ada.number)}`;
    const { status, body } = await live('POST', `${chat}/messages/load_older`);
    expect([status, body]).toEqual([200, expect.objectContaining({ added: 2, can_load_more: false })]);
    const { data } = (await live('GET', `${chat}/messages?order=asc&limit=2`)).body;
    expect(data).toMatchObject([
      { type: 'image', source: 'history', from_me: false, media: { mime: 'image/png' } },
      { text: 'and a text', source: 'history', from_me: true },
    ]);
    expect(data[0].key).toContain(picture);
    const file = await fetch(data[0].media_url);
    expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true);
    whatsapp.media.expire();
    const again = await fetch(data[0].media_url);
    expect([again.status, Buffer.from(await again.arrayBuffer()).equals(png)]).toEqual([200, true]);
    expect(receiver.received.length - before).toBe(1);
  });
});
