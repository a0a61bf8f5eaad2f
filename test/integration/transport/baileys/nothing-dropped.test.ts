import { PATIENCE_MS } from '../../../../engine/inbound/awaited';
import { JumpingClock } from '../../../support/clock/jumping-clock';
import { linkPhone, whenConnected } from '../../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../../support/engine/start-engine';
import { until } from '../../../support/engine/until';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';
import { Receiver, type Received } from '../../events/receiver';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';

const EVENTS = [
  ...['received', 'reaction', 'edited', 'revoked', 'sent_from_phone'].map((name) => `message.${name}`),
  'poll.voted',
];
/** Sweeps come once a second. */
const HURRY = 5;

// Baileys waits 2 s before it asks the phone for a message, and 3 s after one that it could not decrypt.
jest.setTimeout(60_000);

describe('whatever a person writes, and the owner on the phone', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let folder: TempFolder;
  let engine: TestEngine;
  let receiver: Receiver;
  let live: Call;
  let session: string;
  let ada: Contact;
  let number = 14155571000;
  const clock = new JumpingClock(HURRY);

  const start = async (): Promise<void> => {
    engine = await startEngine({
      dataDir: folder.path,
      flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url },
      parts: { mediaAgent: whatsapp.mediaAgent, clock },
    });
    live = engine.callAs(await engine.engine.localKey('live'));
  };
  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    folder = await tempFolder('nothing-dropped');
    receiver = await new Receiver().start();
    await start();
    await live('POST', '/v1/webhooks', { url: receiver.url(), events: EVENTS });
    session = await linkPhone(live, phone);
  }, 90_000);
  beforeEach(() => void (ada = whatsapp.contact(`+${number++}`, { name: 'Ada' })));
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await engine.close();
    await Promise.all([receiver.stop(), whatsapp.close()]);
    await folder.remove();
  });

  const eventsOf = (wireId: string): Received['event'][] =>
    receiver.received.map(({ event }) => event).filter(({ data }) => String(data.key).includes(wireId));
  const told = (wireId: string, count = 1) =>
    until(
      `${count} events of ${wireId}`,
      () => {
        const events = eventsOf(wireId);
        return events[count - 1];
      },
      20_000,
    );
  /** Resolves when the engine has handled everything that came before. */
  const allTold = async (): Promise<void> => void (await told((await ada.sends({ text: 'and on' })).id));
  const followUp = async (to = ada): Promise<string> => {
    const send_at = new Date(clock.now() + 24 * 3_600_000).toISOString();
    const fields = { type: 'text', to: to.number, text: 'still there?', send_at, cancel_on_reply: true };
    const { status, body } = await live('POST', '/v1/messages', fields);
    expect(status).toBe(201);
    return body.id;
  };
  const statusOf = async (id: string): Promise<string> =>
    (await live('GET', `/v1/messages/${id}`)).body.status;
  const send = async (text: string): Promise<string> =>
    (await live('POST', '/v1/messages', { type: 'text', to: ada.number, text })).body.id;
  const acknowledged = () =>
    until('everything is acknowledged', () => phone.companions[0]!.waiting === 0, 20_000);

  it.each(['lid', 'number'] as const)(
    'the first message after an ad is an answer at once, and told once the phone has sent it, by %s',
    async (by) => {
      const id = await followUp();
      const steps = [{ type: 'text', text: 'step', after: 'P1D' }];
      const { body: sequence } = await live('POST', '/v1/sequences', { to: ada.number, steps });
      const sent = await ada.sends({ text: 'how much is it?' }, { delivery: 'phone-only', by });
      await until('the follow-up is canceled', async () => (await statusOf(id)) === 'canceled');
      const { status } = (await live('GET', `/v1/sequences/${sequence.id}`)).body;
      expect(status).toBe('stopped_by_reply');
      const { type, data } = await told(sent.id);
      expect(type).toBe('message.received');
      expect(data).toMatchObject({
        ...{ type: 'text', text: 'how much is it?', from: ada.number, from_name: 'Ada', is_group: false },
        ...{ chat_id: `${ada.person.digits}@c.us`, key: `false_${ada.person.digits}@c.us_${sent.id}` },
      });
      await allTold();
      expect(eventsOf(sent.id)).toHaveLength(1);
    },
  );

  it.each(['the first', 'a later'])(
    '%s message that only the phone can decrypt is an answer, and told once',
    async (which) => {
      if (which === 'a later') await told((await ada.sends({ text: 'hi' })).id);
      const id = await followUp();
      ada.behaves({ resend: false });
      const sent = await ada.sends({ text: 'hello?' }, { delivery: 'damaged' });
      expect(await told(sent.id)).toMatchObject({ type: 'message.received', data: { text: 'hello?' } });
      expect(sent.receipts).toContain('retry');
      expect(await statusOf(id)).toBe('canceled');
      await allTold();
      expect(eventsOf(sent.id)).toHaveLength(1);
    },
  );

  it('a message that its sender encrypts again is told once', async () => {
    const sent = await ada.sends({ text: 'once more' }, { delivery: 'damaged' });
    expect(await told(sent.id)).toMatchObject({ data: { type: 'text', text: 'once more' } });
    expect(sent.receipts).toContain('retry');
    await allTold();
    expect(eventsOf(sent.id)).toHaveLength(1);
  });

  it('a message that the phone does not send in time is told as unsupported, and again when it comes', async () => {
    phone.behaves({ helpsCompanions: false });
    const sent = await ada.sends({ text: 'STOP' }, { delivery: 'phone-only' });
    await acknowledged();
    clock.jump(PATIENCE_MS);
    const first = await told(sent.id);
    expect(first).toMatchObject({
      type: 'message.received',
      data: { type: 'unsupported', text: null, from: ada.number, from_name: 'Ada' },
    });
    phone.behaves({ helpsCompanions: true });
    const second = await told(sent.id, 2);
    expect(second).toMatchObject({ type: 'message.received', data: { type: 'text', text: 'STOP' } });
    expect(second.data.key).toBe(first.data.key);
    const { body } = await live('GET', '/v1/opt-outs');
    expect(body.data.map(({ to }: { to: string }) => to)).toContain(ada.number);
    await allTold();
    expect(eventsOf(sent.id)).toHaveLength(2);
  });

  it('a message is asked of the phone again after a restart, however long that took', async () => {
    phone.behaves({ helpsCompanions: false });
    const sent = await ada.sends({ text: 'are you open?' }, { delivery: 'phone-only' });
    await acknowledged();
    await engine.close();
    clock.jump(2 * PATIENCE_MS);
    await start();
    await whenConnected(live, session);
    phone.behaves({ helpsCompanions: true });
    expect(await told(sent.id)).toMatchObject({ data: { type: 'text', text: 'are you open?' } });
    await allTold();
    expect(eventsOf(sent.id)).toHaveLength(1);
  });

  it('an awaited message of an erased person is forgotten', async () => {
    phone.behaves({ helpsCompanions: false });
    const sent = await ada.sends({ text: 'forget me' }, { delivery: 'phone-only' });
    await acknowledged();
    const { status } = await live('DELETE', `/v1/people/${encodeURIComponent(ada.number)}`);
    expect(status).toBe(200);
    clock.jump(PATIENCE_MS);
    const another = whatsapp.contact(`+${number++}`);
    const later = await another.sends({ text: 'later' }, { delivery: 'phone-only' });
    await acknowledged();
    clock.jump(PATIENCE_MS);
    await told(later.id);
    expect(eventsOf(sent.id)).toEqual([]);
    phone.behaves({ helpsCompanions: true });
  });

  it('media to view once is told at once, and is an answer', async () => {
    const id = await followUp();
    const sent = await ada.sends({ text: 'a picture' }, { delivery: 'view-once' });
    expect(await told(sent.id)).toMatchObject({
      type: 'message.received',
      data: { type: 'view_once', text: null, media: null, from: ada.number },
    });
    expect(await statusOf(id)).toBe('canceled');
  });

  it('a message by a broadcast list is in the chat with its sender, and is an answer', async () => {
    const id = await followUp();
    const sent = await ada.sends({ text: 'happy new year' }, { delivery: 'list' });
    expect((await told(sent.id)).data).toMatchObject({
      ...{ text: 'happy new year', from: ada.number, chat_id: `${ada.person.digits}@c.us`, is_group: false },
    });
    expect(await statusOf(id)).toBe('canceled');
  });

  it('a template and an answered form are told with their texts', async () => {
    const code = { templateMessage: { hydratedTemplate: { hydratedContentText: 'Your code is 123456' } } };
    expect((await told((await ada.sends({ raw: code })).id)).data).toMatchObject({
      ...{ type: 'template', text: 'Your code is 123456' },
    });
    const paramsJson = JSON.stringify({ flow_token: 'x', screen_0_First_name_0: 'Ann', guests: 2 });
    const nativeFlowResponseMessage = { name: 'flow', paramsJson };
    const form = { interactiveResponseMessage: { body: { text: 'Sent' }, nativeFlowResponseMessage } };
    expect((await told((await ada.sends({ raw: form })).id)).data).toMatchObject({
      ...{ type: 'form_reply', text: 'First name: Ann\nguests: 2' },
      form: { screen_0_First_name_0: 'Ann', guests: 2 },
    });
  });

  it.each(['lid', 'number'] as const)(
    'edits and reactions that are encrypted once more are told, by %s',
    async (by) => {
      const first = await ada.sends({ text: 'at eihgt' }, { by });
      await told(first.id);
      const edit = await ada.sends({ edit: first.id, text: 'at eight', sealed: true }, { by });
      expect(await told(edit.id)).toMatchObject({
        type: 'message.edited',
        data: { text: 'at eight', reply_to: `false_${ada.person.digits}@c.us_${first.id}` },
      });
      const id = await send(`done ${by}`);
      const { id: wireId } = await ada.hears(`done ${by}`);
      const reaction = await ada.sends({ react: '👍', to: wireId, sealed: true }, { by });
      expect(await told(reaction.id)).toMatchObject({
        type: 'message.reaction',
        data: { emoji: '👍', in_reply_to_message_id: id },
      });
    },
  );

  it('what the owner writes on the phone is an event of its own, and no answer', async () => {
    const id = await followUp();
    const chat = `${ada.person.digits}@c.us`;
    const first = await phone.sends({ text: 'I will call you' }, { to: ada });
    expect(await told(first.id)).toMatchObject({
      type: 'message.sent_from_phone',
      data: {
        ...{ key: `true_${chat}_${first.id}`, chat_id: chat, from: phone.number, from_name: null },
        ...{ type: 'text', text: 'I will call you', in_reply_to_message_id: null, session_id: session },
      },
    });
    const person = (await live('GET', `/v1/people/${encodeURIComponent(ada.number)}`)).body;
    expect(person).toMatchObject({ phone: ada.number, last_heard_at: null });
    const edit = await phone.sends({ edit: first.id, text: 'I call you', sealed: true }, { to: ada });
    expect(await told(edit.id)).toMatchObject({
      type: 'message.sent_from_phone',
      data: { type: 'edited', text: 'I call you', reply_to: `true_${chat}_${first.id}` },
    });
    const theirs = await ada.sends({ text: 'thanks' });
    await told(theirs.id);
    expect(await statusOf(id)).toBe('canceled');
    const next = await followUp();
    const reaction = await phone.sends({ react: '👍', to: first.id }, { to: ada });
    expect((await told(reaction.id)).data).toMatchObject({ type: 'reaction', emoji: '👍' });
    const revocation = await phone.sends({ revoke: first.id }, { to: ada });
    expect((await told(revocation.id)).data).toMatchObject({
      ...{ type: 'revoked', text: null, reply_to: `true_${chat}_${first.id}` },
    });
    expect(await statusOf(next)).toBe('scheduled');
  });

  it('a vote in a poll that the owner made on the phone is told', async () => {
    const poll = await phone.sends({ poll: { question: 'When?', options: ['Mon', 'Tue'] } }, { to: ada });
    expect((await told(poll.id)).data).toMatchObject({ type: 'poll', text: 'When?\n- Mon\n- Tue' });
    const vote = await ada.sends({ vote: ['Tue'], poll: poll.id });
    expect(await told(vote.id)).toMatchObject({
      type: 'poll.voted',
      data: { options: ['Tue'], from: ada.number, in_reply_to_message_id: null },
    });
  });

  it('what the engine itself sent is never told as the owner’s, even if another device reports it', async () => {
    await send('from the engine');
    const { id } = await ada.hears('from the engine');
    await phone.sends({ text: 'from the engine' }, { to: ada, id });
    await allTold();
    expect(eventsOf(id).filter(({ type }) => type === 'message.sent_from_phone')).toEqual([]);
  });

  it('a file that WhatsApp no longer has is uploaded again by the phone; without it there it is gone', async () => {
    const bytes = Buffer.from('a bill '.repeat(1000));
    const media = { kind: 'document', bytes, mimetype: 'application/pdf', fileName: 'bill.pdf' } as const;
    const sent = await ada.sends({ media });
    const { url } = (await told(sent.id)).data.media as { url: string };
    whatsapp.media.expire();
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    // It stays where the phone has put it.
    phone.behaves({ helpsCompanions: false });
    expect((await fetch(url)).status).toBe(200);
    phone.behaves({ helpsCompanions: true });
    whatsapp.media.refuseNext(410);
    expect((await fetch(url)).status).toBe(200);
    whatsapp.media.forget();
    expect((await fetch(url)).status).toBe(410);
  });
});
