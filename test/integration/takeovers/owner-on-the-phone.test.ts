import { linkPhone } from '../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import type { Contact } from '../../wire/people/contact';
import type { Phone } from '../../wire/people/phone';
import { unrefLongTimers } from '../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../wire/whatsapp';

jest.setTimeout(60_000);

/** Two devices of one number are linked, so that each gets a copy of what the other sends. */
describe('the owner of a linked number', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let engine: TestEngine;
  let live: Call;
  let people = 0;

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    engine = await startEngine({ flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url } });
    live = engine.callAs(await engine.engine.localKey('live'));
    for (let device = 0; device < 2; device++) await linkPhone(live, phone);
  }, 90_000);
  afterAll(async () => {
    await engine.close();
    await whatsapp.close();
  });

  const connected = (count: number) =>
    until(`${count} are connected`, async () => {
      const { data } = (await live('GET', '/v1/engines')).body;
      return data.filter((one: { connected: boolean }) => one.connected).length === count;
    });
  const somebody = (): Contact => whatsapp.contact(`+1415555${String((people += 1)).padStart(4, '0')}`);
  const chat = async (id: string) => (await live('GET', `/v1/chats/${encodeURIComponent(id)}`)).body;
  const isHumans = (id: string) =>
    until('a person has the chat', async () => (await chat(id)).handled_by === 'human');
  /** Both devices have stored everything. */
  const stored = () => until('all is stored', () => phone.companions.every(({ waiting }) => waiting === 0));
  const send = async (to: string, fields: object = { only_while_bot: true }): Promise<string> => {
    const body = { type: 'text', to, from: phone.number, text: `to ${to}`, ...fields };
    const answer = await live('POST', '/v1/messages', body);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body.id;
  };
  const get = async (id: string) => (await live('GET', `/v1/messages/${id}`)).body;
  const giveBack = (id: string) =>
    live('PATCH', `/v1/chats/${encodeURIComponent(id)}`, { handled_by: 'bot' });

  it('has not written what the engine sent, of which another device gets a copy', async () => {
    const ada = somebody();
    await send(ada.number);
    await ada.hears(`to ${ada.number}`);
    await stored();
    expect(await chat(ada.number)).toMatchObject({ handled_by: 'bot', unread_count: 0 });
  });

  it('takes a chat over by writing; reacting and revoking elsewhere do not', async () => {
    const [ada, bea] = [somebody(), somebody()];
    const theirs = await bea.sends({ text: 'hello' });
    await stored();
    const { id } = await phone.sends({ text: 'I am here' }, { to: ada });
    await phone.sends({ react: '👍', to: theirs.id }, { to: bea });
    await isHumans(ada.number);
    await phone.sends({ edit: id, text: 'I am there' }, { to: ada });
    await stored();
    const waits = await send(ada.number);
    expect((await get(waits)).waiting_for).toMatchObject({
      ...{ reason: 'human_has_the_chat', until: expect.any(String) },
    });
    expect((await chat(bea.number)).handled_by).toBe('bot');
    await giveBack(ada.number);
    await ada.hears(`to ${ada.number}`);
  });

  it('takes over a group', async () => {
    const group = whatsapp.group({ subject: 'Us', members: [phone, somebody()] });
    await phone.sends({ text: 'hello all' }, { in: group });
    await isHumans(group.jid);
  });

  it('takes a chat over at once with a message that cannot be decrypted yet', async () => {
    const ada = somebody();
    phone.behaves({ resend: false });
    await phone.sends({ text: 'damaged' }, { to: ada, delivery: 'damaged' });
    await isHumans(ada.number);
    phone.behaves({ resend: true });
  });

  it('comes before the bot after a reconnect: what was written meanwhile is read first', async () => {
    const ada = somebody();
    await send(ada.number, { text: 'first' });
    await ada.hears('first');
    whatsapp.faults.refuseLogin(503, 4);
    whatsapp.faults.dropLink();
    await connected(0);
    const waits = await send(ada.number);
    await phone.sends({ text: 'I take it from here' }, { to: ada });
    await connected(2);
    await isHumans(ada.number);
    await until('it waits', async () => (await get(waits)).waiting_for?.reason === 'human_has_the_chat');
    expect(ada.received.map(({ text }) => text)).toEqual(['first']);
  });
});
