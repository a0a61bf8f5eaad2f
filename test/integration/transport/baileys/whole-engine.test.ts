import { linkPhone } from '../../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../../support/engine/start-engine';
import { until } from '../../../support/engine/until';
import { DATABASE_KINDS } from '../../../support/servers/fresh-database';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';
import type { Phone } from '../../../wire/people/phone';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';

const PHONE = '+14155550100';

describe.each(DATABASE_KINDS)('an engine with a linked number, on %s,', (database) => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let folder: TempFolder;
  let engine: TestEngine;
  let live: Call;
  let session: string;
  let next = 14155570000;
  const someone = () => whatsapp.contact(`+${next++}`);

  const start = async (): Promise<void> => {
    engine = await startEngine({
      database,
      dataDir: database === 'pglite' ? folder.path : undefined,
      flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url },
      parts: { mediaAgent: whatsapp.mediaAgent },
    });
    live = engine.callAs(await engine.engine.localKey('live'));
  };
  const inState = (state: string) =>
    until(`the session is ${state}`, async () => {
      const { body } = await live('GET', `/v1/sessions/${session}`);
      return body.state === state && body;
    });
  const message = (id: string, status: string) =>
    until(`the message is ${status}`, async () => {
      const { body } = await live('GET', `/v1/messages/${id}`);
      return body.status === status && body;
    });
  const send = async (to: string, text: string): Promise<string> => {
    const { status, body } = await live('POST', '/v1/messages', { type: 'text', to, text });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id;
  };

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone(PHONE);
    folder = await tempFolder('linked');
    await start();
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await folder.remove();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  it('can be linked with the QR code from its API', async () => {
    session = await linkPhone(live, phone);
    expect(await inState('connected')).toMatchObject({ phone: PHONE });
  });

  it('sends a message and reports when it was delivered and read', async () => {
    const ada = someone();
    const id = await send(ada.number, 'see you at nine');
    const received = await ada.hears('see you at nine');
    expect((await message(id, 'delivered')).key).toContain(received.id);
    ada.reads(received.id);
    await message(id, 'read');
  });

  it('keeps the conversation with its timer, also what was written on the phone, and marks it as read', async () => {
    const ada = someone();
    const chat = `/v1/chats/${encodeURIComponent(ada.number)}`;
    const shown = (count: number) =>
      until(`${count} messages are there`, async () => {
        const { body } = await live('GET', `${chat}/messages?order=asc`);
        return body.data.length === count && body.data;
      });
    await ada.sends({ timer: 86_400 });
    const asked = await ada.sends({ text: 'are you coming?' });
    await shown(1);
    await send(ada.number, 'yes');
    await ada.hears('yes');
    const [question, answer] = await shown(2);
    const life = ({ timestamp, expires_at: end }: Record<string, string>) =>
      Date.parse(end!) - Date.parse(timestamp!);
    expect([life(question), life(answer)]).toEqual([86_400_000, 86_400_000]);
    await phone.sends({ text: 'on my way' }, { to: ada });
    expect((await shown(3)).at(-1)).toMatchObject({ text: 'on my way', from_me: true, source: 'phone' });
    expect(asked.read).toBe(false);

    const more = [await ada.sends({ text: 'good' }), await ada.sends({ text: 'see you' }, { by: 'number' })];
    await shown(5);
    expect((await live('GET', chat)).body).toMatchObject({
      id: `${ada.number.slice(1)}@c.us`,
      unread_count: 2,
    });
    expect((await live('POST', `${chat}/mark_read`)).body).toEqual({ ok: true });
    await until('Ada sees two blue ticks', () => more.every(({ read }) => read));
    expect((await live('GET', chat)).body.unread_count).toBe(0);
  });

  it('counts nothing as unread that its owner has read on the phone', async () => {
    const ada = someone();
    const unread = (count: number) =>
      until(`${count} are unread`, async () => {
        const { status, body } = await live('GET', `/v1/chats/${encodeURIComponent(ada.number)}`);
        return status === 200 && body.unread_count === count;
      });
    const sent = [await ada.sends({ text: 'one' }), await ada.sends({ text: 'two' })];
    await unread(2);
    phone.readsIn(
      ada,
      sent.map(({ id }) => id),
    );
    await unread(0);
  });

  it('fails a message to a number that is not on WhatsApp', async () => {
    const id = await send(`+${next++}`, 'to nobody');
    expect(await message(id, 'failed')).toMatchObject({ failure_reason: 'not_on_whatsapp' });
  });

  it('cancels an unless-reply message even if the reply came while the link was down', async () => {
    const ada = someone();
    phone.faults.refuseLogin(503, Infinity);
    whatsapp.faults.dropLink();
    await inState('disconnected');
    const { body } = await live('POST', '/v1/messages', {
      type: 'text',
      to: ada.number,
      text: 'are you there?',
      cancel_on_reply: true,
    });
    await ada.sends({ text: 'I am' });
    phone.faults.heal();
    expect(await message(body.id, 'canceled')).toMatchObject({ sent_at: null });
    await ada.settled();
    expect(ada.received).toEqual([]);
  });

  // The embedded database stops with its engine.
  if (database === 'pglite')
    it('keeps the same device after a restart', async () => {
      const ada = someone();
      await send(ada.number, 'before');
      await ada.hears('before');
      await engine.close();
      await ada.sends({ text: 'while you were away' });
      await start();
      await inState('connected');
      await send(ada.number, 'after');
      await ada.hears('after');
      expect(phone.companions).toHaveLength(1);
    });
});
