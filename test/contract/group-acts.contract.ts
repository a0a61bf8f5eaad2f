import type { ChannelAct } from '../../engine/transport/channel-acts';
import type { GroupAct, GroupAnswers } from '../../engine/transport/group-acts';
import type { Transport } from '../../engine/transport/transport';
import { recordingHandlers, type Recording } from './transport-recording';
import { transportTools, type TransportHarness } from './transport-tools';

/** What every transport with groups must do. */
export function describeGroupContract(
  name: string,
  makeHarness: () => TransportHarness | Promise<TransportHarness>,
): void {
  describe(`groups contract: ${name}`, () => {
    let harness: TransportHarness;
    let transport: Transport;
    let seen: Recording;

    beforeEach(async () => {
      harness = await makeHarness();
      transport = harness.create();
      seen = recordingHandlers();
      await open();
    });
    afterEach(async () => {
      await transport.close();
      await harness.dispose();
    });

    const { chatOf, until, answerOf, errorOf, open } = transportTools(() => ({ harness, transport, seen }));

    const act = <Act extends GroupAct>(what: Act): Promise<GroupAnswers[Act['do']]> =>
      answerOf(transport.actOnGroup!(what));
    const once = (key = `key ${Math.random()}`) => ({ key, since: harness.now(), mayExist: false });
    const create = async (...people: string[]) => act({ do: 'create', name: 'Lunch', people, ...once() });
    const told = async (count: number) => {
      await until(() => seen.groupChanges.length >= count, `${count} changes`);
      return seen.groupChanges.slice(-1)[0]!;
    };
    const phones = (people: readonly { phone: string | null }[]) => people.map(({ phone }) => phone).sort();
    const phoneOf = (behaviour: keyof TransportHarness['recipients']) => harness.recipients[behaviour];

    it('creates a group with those who can be added, and says of each whether they were', async () => {
      const { group, outcomes } = await create(chatOf('delivers'), chatOf('not_on_whatsapp'));
      expect(outcomes).toEqual([
        { asked: chatOf('delivers'), code: 200 },
        { asked: chatOf('not_on_whatsapp'), code: 404 },
      ]);
      expect(group).toMatchObject({ name: 'Lunch', participantCount: 2, owner: { isMe: true } });
      expect(phones(group.members)).toEqual([harness.ownPhone, phoneOf('delivers')].sort());
      expect(await act({ do: 'get', group: group.id })).toMatchObject({ id: group.id, name: 'Lunch' });
      const listed = await answerOf(transport.listGroups());
      expect(listed).toContainEqual(expect.objectContaining({ id: group.id, participantCount: 2 }));
      const { what, by } = await told(1);
      expect([what, by]).toMatchObject([{ kind: 'added', how: 'group_created' }, { isMe: true }]);
    });

    it('refuses to create one with nobody', async () => {
      const { reason, mayPass } = await errorOf(
        transport.actOnGroup!({ do: 'create', name: 'x', people: [chatOf('not_on_whatsapp')], ...once() }),
      );
      expect([reason, mayPass]).toEqual(['nobody_on_whatsapp', false]);
    });

    it('finds a group that an earlier try has created, and says of each whether they are in it', async () => {
      const people = [chatOf('delivers'), chatOf('not_on_whatsapp')];
      const tried = once();
      const first = await act({ do: 'create', name: 'Again', people, ...tried });
      const again = await act({ do: 'create', name: 'Again', people, ...tried, mayExist: true });
      expect([again.group.id, again.outcomes]).toEqual([first.group.id, first.outcomes]);
      const other = await act({ do: 'create', name: 'Other', people, ...once(), mayExist: true });
      expect(other.group.id).not.toBe(first.group.id);
      const groups = await answerOf(transport.listGroups());
      expect(groups.filter(({ name }) => name === 'Again')).toHaveLength(1);
    });

    it('adds, promotes, demotes and removes members, and tells of each change', async () => {
      const { group } = await create(chatOf('delivers'));
      const change = async (what: 'add' | 'remove' | 'promote' | 'demote', count: number) => {
        const people = [chatOf('reads')];
        const outcomes = await act({ do: 'change_members', group: group.id, people, change: what });
        expect(outcomes).toEqual([{ asked: chatOf('reads'), code: 200 }]);
        const { what: done } = await told(count);
        const { members } = await act({ do: 'get', group: group.id });
        const member = members.find(({ phone }) => phone === phoneOf('reads'));
        return [done.kind, 'people' in done && phones(done.people), member?.admin];
      };
      const reads = [phoneOf('reads')];
      expect(await change('add', 2)).toEqual(['added', reads, null]);
      const again = { group: group.id, people: [chatOf('reads')] };
      expect(await act({ do: 'change_members', ...again, change: 'add' })).toMatchObject([{ code: 409 }]);
      expect(await change('promote', 3)).toEqual(['promoted', reads, 'admin']);
      expect(await change('demote', 4)).toEqual(['demoted', reads, null]);
      expect(await change('remove', 5)).toEqual(['removed', reads, undefined]);
      expect(await act({ do: 'change_members', ...again, change: 'remove' })).toMatchObject([{ code: 404 }]);
    });

    it('changes name, description and settings', async () => {
      const { group } = await create(chatOf('delivers'));
      const settings = { announce: true, restrict: true, joinApproval: true };
      await act({ do: 'update', group: group.id, name: 'Dinner', description: 'At nine', settings });
      const changed = { name: 'Dinner', description: 'At nine', ...settings };
      expect(await act({ do: 'get', group: group.id })).toMatchObject(changed);
      await until(() => seen.groupChanges.some(({ what }) => what.kind === 'settings'), 'the settings');
      const { what } = seen.groupChanges.find(({ what: { kind } }) => kind === 'name')!;
      expect(what).toEqual({ kind: 'name', name: 'Dinner' });
      await act({ do: 'update', group: group.id, description: null, settings: { announce: false } });
      const { description, announce } = await act({ do: 'get', group: group.id });
      expect([description, announce]).toEqual([null, false]);
    });

    it('has an invite code until it is reset, and takes a picture', async () => {
      const { group } = await create(chatOf('delivers'));
      const { code } = await act({ do: 'invite', group: group.id });
      expect(await act({ do: 'invite', group: group.id })).toEqual({ code });
      const { code: next } = await act({ do: 'reset_invite', group: group.id });
      expect(next).not.toBe(code);
      expect((await errorOf(transport.actOnGroup!({ do: 'join', code }))).reason).toBe('not_acceptable');
      expect((await errorOf(transport.actOnGroup!({ do: 'join', code: next }))).reason).toBe('conflict');
      const jpeg = Buffer.from('jpeg').toString('base64');
      expect(await act({ do: 'set_picture', group: group.id, jpeg })).toBeNull();
    });

    it('creates, lists and shows channels', async () => {
      const acted = <Act extends ChannelAct>(what: Act) => answerOf(transport.actOnChannel!(what));
      const channel = await acted({
        ...{ do: 'create' as const, name: 'News', description: 'Weekly' },
        ...once(),
      });
      expect(channel).toMatchObject({
        name: 'News',
        description: 'Weekly',
        isOwn: true,
        verification: 'UNVERIFIED',
      });
      const create = { do: 'create', name: 'Once', description: null, ...once() } as const;
      const { id } = await acted(create);
      expect((await acted({ ...create, mayExist: true })).id).toBe(id);
      expect(await acted({ do: 'get', channel: channel.id })).toEqual(channel);
      expect(await acted({ do: 'list' })).toContainEqual(channel);
      const unknown = { do: 'get', channel: '120363999999999999@newsletter' } as const;
      expect((await errorOf(transport.actOnChannel!(unknown))).reason).toBe('not_found');
    });

    it('leaves a group, twice if it is asked to, and is then refused', async () => {
      const { group } = await create(chatOf('delivers'));
      for (let times = 0; times < 2; times += 1) await act({ do: 'leave', group: group.id });
      const { reason } = await errorOf(transport.actOnGroup!({ do: 'get', group: group.id }));
      expect(reason).toBe('not_allowed');
      const unknown = { do: 'get', group: '120363999999999999@g.us' } as const;
      expect((await errorOf(transport.actOnGroup!(unknown))).reason).toBe('not_found');
    });
  });
}
