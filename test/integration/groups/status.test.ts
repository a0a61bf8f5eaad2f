import { expectFault } from '../../support/engine/refusal';
import { linkPhone } from '../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import type { Contact } from '../../wire/people/contact';
import type { Phone } from '../../wire/people/phone';
import { unrefLongTimers } from '../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../wire/whatsapp';

const STATUS = 'status@broadcast';
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('a status', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let engine: TestEngine;
  let live: Call;
  let [ada, bob, cleo]: Contact[] = [];
  let audience: string;

  const ask = async (method: string, path: string, status: number, body?: unknown) => {
    const answer = await live(method, path, body);
    expect([path, answer.status, answer.status === status ? null : answer.body]).toEqual([
      path,
      status,
      null,
    ]);
    return answer.body;
  };
  const post = (fields: object) =>
    ask('POST', '/v1/messages', 201, { to: STATUS, audience_id: audience, ...fields });
  const now = (id: string) => ask('GET', `/v1/messages/${id}`, 200);
  const sent = (id: string) => until('it is sent', async () => ((await now(id)).sent_at ? now(id) : null));

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    [ada, bob, cleo] = ['+14155570001', '+14155570002', '+14155570003'].map((number) =>
      whatsapp.contact(number),
    );
    engine = await startEngine({
      flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url },
      parts: { mediaAgent: whatsapp.mediaAgent },
    });
    live = engine.callAs(await engine.engine.localKey('live'));
    await linkPhone(live, phone);
    const contacts = [ada!, bob!, cleo!].map(({ number }) => ({ to: number }));
    const created = { name: 'Customers', contacts: [...contacts, { to: '+14155579999' }] };
    audience = (await ask('POST', '/v1/audiences', 201, created)).id;
    await ask('POST', '/v1/opt-outs', 201, { to: cleo!.number });
  }, 90_000);
  afterAll(async () => {
    await engine.close();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  it('is seen by the people of the audience who have not opted out, with a background', async () => {
    const { id } = await post({ type: 'text', text: 'Open until nine today' });
    for (const viewer of [ada!, bob!]) {
      const { message, group } = await viewer.hears('Open until nine today');
      expect([group, message.extendedTextMessage?.backgroundArgb]).toEqual([STATUS, expect.any(Number)]);
    }
    const message = await sent(id);
    expect(message).toMatchObject({ to: STATUS, audience_id: audience, person_id: null });
    expect(message.key).toMatch(/^true_status@broadcast_[0-9A-F]+$/);
    await until('somebody has got it', async () => (await now(id)).status === 'delivered');
    const [received] = ada!.received.slice(-1);
    ada!.reads(received!.id);
    await until('somebody has seen it', async () => (await now(id)).status === 'read');
    expect(cleo!.received).toEqual([]);
    const { data } = await ask('GET', `/v1/messages?to=${STATUS}`, 200);
    expect(data.map((one: { id: string }) => one.id)).toEqual([id]);
    expect((await ask('GET', '/v1/chats', 200)).data).toEqual([]);
  });

  it('is a picture with its caption, and is answered in the chat with its author', async () => {
    const media = { data_base64: PIXEL, caption: 'New in the window' };
    const { id } = await post({ type: 'media', media });
    const seen = await bob!.hears('New in the window');
    expect([seen.kind, bob!.opens(seen).length]).toEqual(['image', Buffer.from(PIXEL, 'base64').length]);
    await sent(id);
    await bob!.sends({ text: 'How much?', quote: seen.id });
    const answered = await until('the answer is there', async () => {
      const { body } = await live('GET', `/v1/chats/${encodeURIComponent(bob!.number)}/messages`);
      return body.data?.find(({ text }: { text: string }) => text === 'How much?');
    });
    expect(answered.reply_to).toContain(seen.id);
  });

  it('can be scheduled, moved and canceled, and holds its audience until then', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await post({ type: 'text', text: 'Later', send_at: sendAt });
    const refused = await ask('DELETE', `/v1/audiences/${audience}`, 409);
    expect(refused.error.message).toMatch(/^A status that is still to be sent goes to this audience\./);
    expect(await ask('POST', '/v1/messages/cancel', 200, { to: STATUS })).toMatchObject({ ids: [id] });
  });

  it('fails if it turns out to be a file that cannot be one, or nobody sees it', async () => {
    const document = { data_base64: Buffer.from('%PDF-1.7').toString('base64') };
    const { id } = await post({ type: 'media', media: document });
    const failed = await until('it fails', async () => (await now(id)).failure_reason);
    expect(failed).toBe('document_not_possible_in_status');
    const only = await ask('POST', '/v1/audiences', 201, { name: 'x', contacts: [{ to: cleo!.number }] });
    const alone = await post({ type: 'text', text: 'x', audience_id: only.id });
    const reason = await until('it fails', async () => (await now(alone.id)).failure_reason);
    expect(reason).toBe('no_viewers');
  });

  it.each<[object, string, string, RegExp]>([
    [{ audience_id: undefined }, 'audience_id', 'required', /^is required with to: "status@broadcast"\./],
    [{ to: '+14155570001' }, 'audience_id', 'only_for_status', /^only goes with to: "status@broadcast"\./],
    [{ reply_to: 'true_1@c.us_ABC' }, 'reply_to', 'not_for_status', /^is not possible in a status\./],
    [{ mentions: { ids: ['+14155570001'] } }, 'mentions', 'not_for_status', /^is not possible in a status\./],
    [{ typing_seconds: 3 }, 'typing_seconds', 'not_for_status', /^is not possible in a status\./],
    [{ cancel_on_reply: true }, 'cancel_on_reply', 'not_for_status', /^is not possible in a status\./],
  ])('with %j names the field at fault', async (fields, path, code, says) => {
    const status = { to: STATUS, audience_id: audience, type: 'text', text: 'x', ...fields };
    expectFault(await live('POST', '/v1/messages', status), path, code, says);
  });

  it('is refused to an audience that is too large', async () => {
    const contacts = Array.from({ length: 5_001 }, (_, nth) => ({
      to: `+1415600${String(nth).padStart(4, '0')}`,
    }));
    const { id } = await ask('POST', '/v1/audiences', 201, {
      name: 'All',
      contacts: contacts.splice(0, 1_000),
    });
    while (contacts.length > 0)
      await ask('POST', `/v1/audiences/${id}/contacts`, 201, { contacts: contacts.splice(0, 1_000) });
    const status = { to: STATUS, audience_id: id, type: 'text', text: 'x' };
    expectFault(
      await live('POST', '/v1/messages', status),
      'audience_id',
      'too_many',
      /^has 5001 contacts\./,
    );
  });

  it('is neither a poll nor a document, and needs an existing audience', async () => {
    const poll = { question: 'x', options: ['a', 'b'] };
    const status = { to: STATUS, audience_id: audience };
    expectFault(
      await live('POST', '/v1/messages', { ...status, type: 'poll', poll }),
      'type',
      'not_for_status',
      /^is poll/,
    );
    const media = { data_base64: PIXEL, kind: 'sticker' };
    const sticker = await live('POST', '/v1/messages', { ...status, type: 'media', media });
    expectFault(sticker, 'media.kind', 'not_for_status', /^is sticker/);
    const unknown = { ...status, audience_id: 'aud_x', type: 'text', text: 'x' };
    const { error } = await ask('POST', '/v1/messages', 404, unknown);
    expect(error.details).toMatchObject([{ path: 'audience_id', code: 'not_found' }]);
  });
});
