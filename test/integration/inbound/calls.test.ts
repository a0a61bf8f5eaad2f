import { Receiver } from '../events/receiver';
import { linkPhone, whenConnected } from '../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import type { Contact } from '../../wire/people/contact';
import type { Phone } from '../../wire/people/phone';
import { unrefLongTimers } from '../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../wire/whatsapp';

describe('a call', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let engine: TestEngine;
  let receiver: Receiver;
  let live: Call;
  let session: string;
  let people = 0;

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    receiver = await new Receiver().start();
    engine = await startEngine({ flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url } });
    live = engine.callAs(await engine.engine.localKey('live'));
    await live('POST', '/v1/webhooks', { url: receiver.url(), events: ['call.received'] });
    session = await linkPhone(live, phone);
  }, 90_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  const somebody = (): Contact => whatsapp.contact(`+1415555${String((people += 1)).padStart(4, '0')}`);
  const told = (id: string) => receiver.received.filter(({ event }) => event.data['id'] === id);
  const event = async (id: string) => (await until('it is told', () => told(id)[0])).event;
  const set = async (edit: object) => {
    const { status, body } = await live('PATCH', `/v1/sessions/${session}`, edit);
    expect([status, body]).toEqual([200, expect.objectContaining(edit)]);
  };

  it('is told, and rings on', async () => {
    expect((await live('GET', `/v1/sessions/${session}`)).body).toMatchObject({
      ...{ reject_calls: false, call_reply: null },
    });
    await set({ call_reply: 'Please write.' });
    const ada = somebody();
    const id = ada.calls();
    const { type, data } = await event(id);
    const { body } = await live('GET', `/v1/people/${encodeURIComponent(ada.number)}`);
    expect([type, data]).toEqual([
      'call.received',
      {
        ...{ id, chat_id: `${ada.number.slice(1)}@c.us`, from: ada.number, person_id: body.id },
        ...{ is_video: false, is_group: false, rejected: false, session_id: session },
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
    expect(ada.rejectedCalls).toEqual([]);
    expect(ada.received).toEqual([]);
  });

  it('is rejected with a reply if the session says so', async () => {
    await set({ reject_calls: true, call_reply: 'Please write.' });
    const ada = somebody();
    const id = ada.calls({ video: true });
    expect((await event(id)).data).toMatchObject({ is_video: true, rejected: true });
    await ada.hears('Please write.');
    await until('the phone stops ringing', () => ada.rejectedCalls[0]);
    expect(ada.rejectedCalls).toEqual([id]);
    const { data } = (await live('GET', `/v1/messages?to=${encodeURIComponent(ada.number)}`)).body;
    expect(data).toMatchObject([{ type: 'text', text: 'Please write.', from: phone.number }]);
  });

  it('that WhatsApp tells of twice is one event and one reply', async () => {
    const ada = somebody();
    const id = ada.calls();
    await ada.hears('Please write.');
    ada.calls({ id });
    await until('it is rejected again', () => ada.rejectedCalls.length === 2);
    const next = ada.calls();
    await event(next);
    await until('the next one has its reply', () => ada.received.length === 2);
    expect(told(id)).toHaveLength(1);
  });

  it('of a group is rejected, and nobody is written to', async () => {
    const ada = somebody();
    const { jid } = whatsapp.group({ subject: 'Lunch', members: [phone, ada] });
    const id = ada.calls({ group: whatsapp.directory.groups.get(jid) });
    const { data } = await event(id);
    expect(data).toMatchObject({ chat_id: jid, from: ada.number, is_group: true, rejected: true });
    await until('it is rejected', () => ada.rejectedCalls[0]);
    expect((await live('GET', `/v1/messages?chat_id=${jid}`)).body.data).toEqual([]);
  });

  it('without a reply is only rejected', async () => {
    await set({ call_reply: null });
    const ada = somebody();
    ada.calls();
    await until('it is rejected', () => ada.rejectedCalls[0]);
    expect((await live('GET', `/v1/messages?to=${encodeURIComponent(ada.number)}`)).body.data).toEqual([]);
  });

  it('that came while the link was down, or long ago, is told and not rejected', async () => {
    await set({ reject_calls: true, call_reply: 'Please write.' });
    const [ada, bob] = [somebody(), somebody()];
    const old = bob.calls({ secondsAgo: 300 });
    expect((await event(old)).data).toMatchObject({ rejected: false });
    whatsapp.faults.dropLink();
    const missed = ada.calls();
    expect((await event(missed)).data).toMatchObject({ rejected: false });
    await whenConnected(live, session);
    const next = ada.calls();
    await ada.hears('Please write.');
    expect([ada.rejectedCalls, bob.rejectedCalls]).toEqual([[next], []]);
  });

  it.each([
    [{ reject_calls: 'yes' }, 'reject_calls', 'must be a boolean, not a string'],
    [{ reject_calls: null }, 'reject_calls', 'must be a boolean, not null'],
    [{ call_reply: '' }, 'call_reply', 'must not be empty'],
    [{ call_reply: 'x'.repeat(4097) }, 'call_reply', 'must have at most 4096 characters'],
  ])('has settings that refuse %j', async (edit, path, message) => {
    const { status, body } = await live('PATCH', `/v1/sessions/${session}`, edit);
    expect([status, body.error.details]).toEqual([400, [expect.objectContaining({ path, message })]]);
  });
});
