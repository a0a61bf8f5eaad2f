import { Receiver } from '../events/receiver';
import { linkPhone, whenConnected } from '../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import type { Contact } from '../../wire/people/contact';
import type { Phone } from '../../wire/people/phone';
import type { Group } from '../../wire/server/group';
import type { GroupDeed } from '../../wire/server/group-changes';
import { unrefLongTimers } from '../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../wire/whatsapp';

const EVENTS = [
  ...['group.participants_added', 'group.participants_removed', 'group.participants_promoted'],
  ...['group.participants_demoted', 'group.name_changed', 'group.description_changed'],
  'group.settings_changed',
];

describe('a change in a group', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let engine: TestEngine;
  let receiver: Receiver;
  let live: Call;
  let session: string;
  let ada: Contact;
  let bob: Contact;
  let group: Group;
  let people = 0;

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    [ada, bob] = [somebody(), somebody()];
    group = whatsapp.group({ subject: 'Lunch', members: [ada, phone, bob] });
    receiver = await new Receiver().start();
    engine = await startEngine({ flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url } });
    live = engine.callAs(await engine.engine.localKey('live'));
    await live('POST', '/v1/webhooks', { url: receiver.url(), events: EVENTS });
    session = await linkPhone(live, phone);
  }, 90_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  const somebody = (): Contact => whatsapp.contact(`+1415556${String((people += 1)).padStart(4, '0')}`);
  /** What somebody does, and the event that tells of it. */
  const told = async (by: Contact, deed: GroupDeed, where = group) => {
    const before = receiver.received.length;
    by.changesGroup(where, deed);
    const { event } = await until('it is told', () => receiver.received[before]);
    return { type: event.type, data: event.data };
  };
  const shown = async ({ number }: Contact) => {
    const { body } = await live('GET', `/v1/people/${encodeURIComponent(number)}`);
    return {
      ...{ chat_id: `${number.slice(1)}@c.us`, phone: number, person_id: body.id ?? expect.any(String) },
      ...{ name: body.name ?? null, is_me: false },
    };
  };

  it('says who came in, by whom, and how', async () => {
    const carl = somebody();
    expect(await told(ada, { add: [carl.person] })).toEqual({
      type: 'group.participants_added',
      data: {
        ...{ id: expect.any(String), chat_id: group.jid, group_name: 'Lunch', by: await shown(ada) },
        ...{ participants: [await shown(carl)], how: 'added', session_id: session },
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    const dora = somebody();
    expect((await told(dora, { join: true })).data).toMatchObject({
      ...{ how: 'invite_link', by: { phone: dora.number }, participants: [{ phone: dora.number }] },
    });
  });

  it('tells those whom an admin approved apart from those who were added', async () => {
    const [eve, fay] = [somebody(), somebody()];
    group.admins.add(phone.person);
    expect((await told(ada, { approval: true })).data).toMatchObject({ settings: { join_approval: true } });
    eve.changesGroup(group, { join: true });
    expect((await told(ada, { add: [eve.person] })).data).toMatchObject({ how: 'approved' });
    expect((await told(ada, { add: [fay.person] })).data).toMatchObject({ how: 'added' });
    group.admins.delete(phone.person);
  });

  it('says who left, and who was removed', async () => {
    const [gil, hal] = [somebody(), somebody()];
    await told(ada, { add: [gil.person, hal.person] });
    expect(await told(gil, { remove: [gil.person] })).toMatchObject({
      type: 'group.participants_removed',
      data: { how: 'left', by: { phone: gil.number }, participants: [{ phone: gil.number }] },
    });
    expect((await told(ada, { remove: [hal.person] })).data).toMatchObject({
      ...{ how: 'removed', by: { phone: ada.number }, participants: [{ phone: hal.number }] },
    });
  });

  it('says who became an admin, and who is none any more', async () => {
    expect(await told(ada, { promote: [phone.person] })).toMatchObject({
      type: 'group.participants_promoted',
      data: { participants: [{ phone: phone.number, is_me: true, person_id: null }] },
    });
    expect(await told(ada, { demote: [phone.person] })).toMatchObject({
      type: 'group.participants_demoted',
      data: { by: { phone: ada.number }, participants: [{ is_me: true }] },
    });
  });

  it('says the new name, which the chat has from then on, and the old one', async () => {
    await bob.sends({ text: 'who is in?' }, { in: group, to: phone });
    const chat = () => live('GET', `/v1/chats/${encodeURIComponent(group.jid)}`);
    await until('the chat has its name', async () => (await chat()).body.name === 'Lunch');
    expect(await told(ada, { subject: 'Dinner' })).toMatchObject({
      type: 'group.name_changed',
      data: { name: 'Dinner', old_name: 'Lunch', group_name: 'Dinner' },
    });
    expect((await chat()).body.name).toBe('Dinner');
    expect((await told(bob, { describe: 'At nine' })).data).toMatchObject({
      ...{ description: 'At nine', group_name: 'Dinner', by: { phone: bob.number } },
    });
    expect(await told(bob, { describe: null })).toMatchObject({
      type: 'group.description_changed',
      data: { description: null },
    });
  });

  it.each<[GroupDeed, object]>([
    [{ announce: true }, { announce: true }],
    [{ announce: false }, { announce: false }],
    [{ lock: true }, { restrict: true }],
    [{ membersAdd: false }, { members_can_add: false }],
    [{ timer: 86_400 }, { disappears_in_s: 86_400 }],
    [{ timer: 0 }, { disappears_in_s: 0 }],
    [{ picture: new Uint8Array(1) }, { picture: true }],
  ])('says that %j is set', async (deed, settings) => {
    const { type, data } = await told(ada, deed);
    expect([type, data.settings]).toEqual(['group.settings_changed', settings]);
  });

  it('says that the number was added to a group, or is in a new one', async () => {
    const [carl, dora] = [somebody(), somebody()];
    const other = whatsapp.group({ subject: 'Chess', members: [carl] });
    expect((await told(carl, { add: [phone.person] }, other)).data).toMatchObject({
      ...{ group_name: 'Chess', how: 'added', by: { phone: carl.number }, participants: [{ is_me: true }] },
    });
    const before = receiver.received.length;
    const fresh = dora.createsGroup('New', [phone, ada]);
    const { event } = await until('it is told', () => receiver.received[before]);
    expect(event.data).toMatchObject({ chat_id: fresh.jid, group_name: 'New', how: 'group_created' });
    expect(event.data.participants).toMatchObject([{ is_me: true }, { phone: ada.number }]);
  });

  it('is told once, also what came while the link was down and what the server repeats', async () => {
    whatsapp.faults.dropLink();
    const missed = await told(ada, { subject: 'While away' });
    await whenConnected(live, session);
    const [companion] = phone.companions;
    ada.changesGroup(group, { subject: 'Twice' });
    await until('it is told', () => receiver.received.at(-1)?.event.data.name === 'Twice');
    const { event } = receiver.received.at(-1)!;
    const stanza = {
      tag: 'notification',
      attrs: { from: group.jid, id: String(event.data.id), type: 'w:gp2', participant: ada.jid('lid') },
      content: [{ tag: 'subject', attrs: { subject: 'Twice' } }],
    };
    companion!.send(stanza);
    const next = await told(ada, { subject: 'Next' });
    expect([missed.data.name, next.data.name]).toEqual(['While away', 'Next']);
    expect(receiver.received.filter(({ event: { data } }) => data.name === 'Twice')).toHaveLength(1);
  });
});
