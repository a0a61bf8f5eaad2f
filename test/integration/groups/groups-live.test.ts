import { linkPhone } from '../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import type { Contact } from '../../wire/people/contact';
import type { Phone } from '../../wire/people/phone';
import { unrefLongTimers } from '../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../wire/whatsapp';

const [FIRST, SECOND] = ['+14155550100', '+14155550200'];

describe('groups of two linked numbers', () => {
  let whatsapp: WhatsApp;
  let engine: TestEngine;
  let live: Call;
  let phones: Phone[];
  let ada: Contact;
  let people = 0;

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    engine = await startEngine({ flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url } });
    live = engine.callAs(await engine.engine.localKey('live'));
    ada = somebody();
    phones = [];
    for (const number of [FIRST!, SECOND!]) phones.push(await link(number));
  }, 90_000);
  afterAll(async () => {
    await engine.close();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  const somebody = (): Contact => whatsapp.contact(`+1415558${String((people += 1)).padStart(4, '0')}`);
  async function link(number: string): Promise<Phone> {
    const phone = whatsapp.phone(number);
    await linkPhone(live, phone);
    return phone;
  }
  const ask = async (method: string, path: string, status: number, body?: unknown) => {
    const answer = await live(method, `/v1/groups${path}`, body);
    expect([path, answer.status, answer.status === status ? null : answer.body]).toEqual([
      path,
      status,
      null,
    ]);
    return answer.body;
  };
  const from = (number: string | undefined) => `from=${encodeURIComponent(number ?? '')}`;

  it('are asked through the number that the request names, or the only one with a chat', async () => {
    const { jid } = whatsapp.group({ subject: 'Lunch', members: [ada, phones[1]!] });
    expect((await ask('GET', `/${jid}`, 409)).error.code).toBe('ambiguous_session');
    expect(await ask('GET', `/${jid}?${from(SECOND)}`, 200)).toMatchObject({ name: 'Lunch' });
    expect((await ask('GET', `/${jid}?${from(FIRST)}`, 409)).error.code).toBe('conflict');
    await ada.sends({ text: 'who is in?' }, { in: whatsapp.directory.groups.get(jid), to: phones[1] });
    await until('the chat is there', async () => (await live('GET', `/v1/chats/${jid}`)).status === 200);
    const group = await ask('GET', `/${jid}`, 200);
    expect(group.participants).toMatchObject([
      { phone: ada.number, is_super_admin: true },
      { phone: SECOND, is_me: true, is_admin: false },
    ]);
    expect(group.last_message_at).toMatch(/Z$/);
  });

  it('say what to do if the number is not an admin', async () => {
    const { jid } = whatsapp.group({ subject: 'Chess', members: [ada, phones[0]!] });
    const where = `/${jid}?${from(FIRST)}`;
    const { error } = await ask('PATCH', where, 409, { settings: { announce: true } });
    expect(error.message).toMatch(/Make it an admin on a phone, then try again\.$/);
    const bob = somebody();
    await ask('POST', `/${jid}/members?${from(FIRST)}`, 409, { chat_id: bob.number });
    await ask('GET', `/${jid}/invite?${from(FIRST)}`, 409);
    // Any member may change the description, unless it is locked.
    expect(await ask('PATCH', where, 200, { description: 'At nine' })).toMatchObject({
      description: 'At nine',
    });
  });

  it('say of each person why they could not be added', async () => {
    const [fine, shy, gone] = [somebody(), somebody(), somebody()];
    shy.refusesGroups(403);
    gone.refusesGroups(408);
    const participants = [fine, shy, gone].map(({ number }) => number);
    const group = await ask('POST', `?${from(FIRST)}`, 200, { name: 'New', participants });
    const statuses = group.results.map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['ok', 'invite_needed', 'left_recently']);
    const phonesIn = group.participants.map(({ phone }: { phone: string }) => phone);
    expect(phonesIn.sort()).toEqual([FIRST, fine.number].sort());
  });

  it('are created once, even if the link is lost before the answer comes', async () => {
    const [fine, shy] = [somebody(), somebody()];
    shy.refusesGroups(403);
    const create = (name: string, key: string) =>
      live(
        ...(['POST', `/v1/groups?${from(FIRST)}`] as const),
        { name, participants: [fine.number, shy.number] },
        { 'idempotency-key': key },
      );
    // Somebody else's of the same name, and our own of earlier, are other groups.
    whatsapp.group({ subject: 'Once', members: [ada, phones[0]!] });
    whatsapp.group({ subject: 'Once', members: [phones[0]!, ada] }).createdAt -= 3_600;
    phones[0]!.faults.dropBeforeAnswer('groups');
    const lost = await create('Once', 'lost answer');
    expect([lost.status, lost.body.error?.code]).toEqual([503, 'unavailable']);
    const found = await until('the link is back', async () => {
      const answer = await create('Once', 'lost answer');
      return answer.status === 200 && answer.body;
    });
    const statuses = found.results.map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['ok', 'invite_needed']);
    const isOurs = ({ subject }: { subject: string }) => subject === 'Once';
    expect([...whatsapp.directory.groups.values()].filter(isOurs)).toHaveLength(3);
  });

  it('let an admin decide who joins, and know members by lid as by number', async () => {
    const bob = somebody();
    const { id } = await ask('POST', `?${from(FIRST)}`, 200, { name: 'Closed', participants: [ada.number] });
    await ask('PATCH', `/${id}?${from(FIRST)}`, 200, { settings: { join_approval: true } });
    bob.changesGroup(whatsapp.directory.groups.get(id)!, { join: true });
    const { data } = await ask('GET', `/${id}/requests?${from(FIRST)}`, 200);
    expect(data).toMatchObject([{ phone: bob.number, method: 'invite_link' }]);
    const decided = `/${id}/requests/${encodeURIComponent(bob.number)}?${from(FIRST)}`;
    expect(await ask('POST', decided, 200, { action: 'approve' })).toMatchObject({ status: 'ok' });
    const lid = encodeURIComponent(bob.jid('lid'));
    const promoted = await ask('POST', `/${id}/members/${lid}/admin?${from(FIRST)}`, 200);
    expect(promoted.participants).toContainEqual(
      expect.objectContaining({ phone: bob.number, is_admin: true }),
    );
    const second = await ask('POST', `/join?${from(SECOND)}`, 200, {
      code: whatsapp.directory.groups.get(id)!.inviteCode,
    });
    expect(second).toEqual({ status: 'waiting_for_approval', id });
  });

  it('cannot be asked while the link is down', async () => {
    const { jid } = whatsapp.group({ subject: 'Late', members: [phones[0]!, ada] });
    whatsapp.faults.refuseLogin(503);
    phones[0]!.companions[0]!.link!.drop();
    await until('the engine notices', async () => {
      const answer = await live('GET', `/v1/groups/${jid}?${from(FIRST)}`);
      return answer.status === 503 && answer.body.error.code === 'unavailable';
    });
    await until(
      'the link is back',
      async () => (await live('GET', `/v1/groups/${jid}?${from(FIRST)}`)).status === 200,
    );
  });
});
