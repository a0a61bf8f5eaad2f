import { randomInt } from 'node:crypto';
import { newWireId } from '../../domain/ids';
import type {
  GroupAct,
  GroupAnswers,
  GroupChange,
  GroupInfo,
  GroupMember,
  GroupPerson,
  JoinRequest,
  MemberOutcome,
  WhatChanged,
} from '../group-acts';
import { groupRefusal } from '../transport';
import { isOnWhatsApp, JOIN_BY_INVITE, NEED_INVITE, phoneOfChat } from './test-numbers';

/** The group that every sandbox has, and one of others that it can join. */
export const SANDBOX_GROUP = '120363000000000001@g.us';
const GROUP_OF_OTHERS = '120363000000000002@g.us';

interface SandboxGroup extends Omit<GroupInfo, 'participantCount'> {
  code: string;
  requests: JoinRequest[];
}

export interface SandboxGroupsOptions {
  /** The sandbox's own number, E.164. */
  ownPhone: string | null;
  now(): number;
  /** Somebody does something a while after the number has. */
  later(work: () => void): void;
  tell(change: GroupChange): void;
}

/**
 * The groups of the simulated WhatsApp. They are kept in memory: after a restart the sandbox has its first two groups
 * again, and no others.
 */
export class SandboxGroups {
  private readonly groups = new Map<string, SandboxGroup>();
  private readonly created = new Map<string, string>();
  private readonly me: GroupPerson;

  constructor(private readonly options: SandboxGroupsOptions) {
    const { ownPhone } = options;
    this.me = { names: [`${(ownPhone ?? '+0').slice(1)}@c.us`], phone: ownPhone, isMe: true };
    this.add(SANDBOX_GROUP, 'Sandbox group', [
      { ...this.me, admin: 'superadmin' },
      ...['15005550001', '15005550004', '15005550009'].map((digits) => memberOf(`${digits}@c.us`)),
    ]);
    this.add(GROUP_OF_OTHERS, 'Group of others', [{ ...memberOf('15005550001@c.us'), admin: 'superadmin' }]);
  }

  /** The groups that the number is in. */
  list(): GroupInfo[] {
    return [...this.groups.values()].filter((group) => this.meIn(group)).map(shown);
  }

  /** Undefined if it is not one of the sandbox's groups. */
  nameOf(groupId: string): string | undefined {
    return this.groups.get(groupId)?.name;
  }

  /** Does what `act` says, and tells of what has changed. */
  act<Act extends GroupAct>(act: Act): GroupAnswers[Act['do']] {
    return this.answer(act) as GroupAnswers[Act['do']];
  }

  private answer(act: GroupAct): GroupAnswers[GroupAct['do']] {
    switch (act.do) {
      case 'create':
        return this.create(act);
      case 'join':
        return this.join(act.code);
      case 'leave':
        return this.leave(act.group);
      case 'get':
        return shown(this.groupWithMe(act.group));
      case 'invite': {
        const group = this.asAdmin(act.group);
        for (const chatId of JOIN_BY_INVITE) this.options.later(() => this.comeByInvite(group, chatId));
        return { code: group.code };
      }
      case 'reset_invite': {
        const group = this.asAdmin(act.group);
        group.code = newCode();
        return { code: group.code };
      }
      case 'requests':
        return this.asAdmin(act.group).requests;
      case 'decide':
        return this.decide(act);
      case 'change_members':
        return this.changeMembers(act);
      case 'set_picture':
        this.tell(this.asAdmin(act.group), this.me, { kind: 'settings', settings: { picture: true } });
        return null;
      case 'update':
        return this.update(act);
    }
  }

  private create({ name, people, key }: Extract<GroupAct, { do: 'create' }>): GroupAnswers['create'] {
    const known = this.groups.get(this.created.get(key) ?? '');
    const outcomes = people.map((asked) => ({ asked, code: this.refusal(asked, null) }));
    if (known) return { group: shown(known), outcomes };
    const members = outcomes.flatMap(({ asked, code }) => (code === 200 ? [memberOf(asked)] : []));
    if (outcomes.every(({ code }) => code === 404)) throw groupRefusal('nobody_on_whatsapp');
    const id = `12036300000${randomInt(1_000_000, 10_000_000)}@g.us`;
    const group = this.add(id, name, [{ ...this.me, admin: 'superadmin' }, ...members]);
    this.created.set(key, id);
    if (members.length > 0)
      this.tell(group, this.me, { kind: 'added', people: members, how: 'group_created' });
    return { group: shown(group), outcomes };
  }

  private join(code: string): GroupAnswers['join'] {
    const group = [...this.groups.values()].find((one) => one.code === code);
    if (!group) throw groupRefusal('not_acceptable');
    if (this.meIn(group)) throw groupRefusal('conflict');
    group.members.push({ ...this.me, admin: null });
    this.tell(group, this.me, { kind: 'added', people: [this.me], how: 'invite_link' });
    return { groupId: group.id, isMember: true };
  }

  private leave(id: string): null {
    const group = this.groups.get(id);
    const me = group && this.meIn(group);
    if (!group || !me) return null;
    group.members = group.members.filter((member) => member !== me);
    this.tell(group, this.me, { kind: 'removed', people: [this.me], how: 'left' });
    return null;
  }

  private changeMembers({
    group: id,
    people,
    change,
  }: Extract<GroupAct, { do: 'change_members' }>): MemberOutcome[] {
    const group = this.asAdmin(id);
    const outcomes = people.map((asked) => {
      if (change === 'add') return { asked, code: this.refusal(asked, group) };
      return { asked, code: memberIn(group, asked) ? 200 : 404 };
    });
    const done = outcomes.flatMap(({ asked, code }) =>
      code === 200 ? [memberIn(group, asked) ?? memberOf(asked)] : [],
    );
    if (done.length === 0) return outcomes;
    if (change === 'add') group.members.push(...done);
    else if (change === 'remove') group.members = group.members.filter((member) => !done.includes(member));
    else for (const member of done) member.admin = change === 'promote' ? 'admin' : null;
    this.tell(group, this.me, changeOf(change, done));
    return outcomes;
  }

  private update({ group: id, name, description, settings = {} }: Extract<GroupAct, { do: 'update' }>): null {
    const group = this.asAdmin(id);
    if (name !== undefined) {
      group.name = name;
      this.tell(group, this.me, { kind: 'name', name });
    }
    if (description !== undefined) {
      group.description = description;
      this.tell(group, this.me, { kind: 'description', description });
    }
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    Object.assign(group, given);
    if (Object.keys(given).length > 0) this.tell(group, this.me, { kind: 'settings', settings: given });
    return null;
  }

  private decide({ group: id, people, approve }: Extract<GroupAct, { do: 'decide' }>): MemberOutcome[] {
    const group = this.asAdmin(id);
    return people.map((asked) => {
      const request = group.requests.find(({ person }) => person.names.includes(asked));
      if (!request) return { asked, code: 404 };
      group.requests = group.requests.filter((one) => one !== request);
      if (approve) {
        group.members.push({ ...request.person, admin: null });
        this.tell(group, this.me, { kind: 'added', people: [request.person], how: 'approved' });
      }
      return { asked, code: 200 };
    });
  }

  private comeByInvite(group: SandboxGroup, chatId: string): void {
    if (memberIn(group, chatId)) return;
    const { admin: _, ...person } = memberOf(chatId);
    const hasAsked = group.requests.some((one) => one.person.names.includes(chatId));
    if (group.joinApproval && !hasAsked)
      group.requests.push({ person, at: this.options.now(), method: 'invite_link' });
    if (group.joinApproval) return;
    group.members.push({ ...person, admin: null });
    this.tell(group, person, { kind: 'added', people: [person], how: 'invite_link' });
  }

  /** WhatsApp's answer to adding somebody. */
  private refusal(chatId: string, group: SandboxGroup | null): number {
    if (!isOnWhatsApp(chatId)) return 404;
    if (group && memberIn(group, chatId)) return 409;
    return NEED_INVITE.includes(chatId) ? 403 : 200;
  }

  private add(id: string, name: string, members: GroupMember[]): SandboxGroup {
    const { admin: _, ...owner } = members[0]!;
    const group: SandboxGroup = {
      ...{ id, name, members, owner, description: null, createdAt: this.options.now() },
      ...{ announce: false, restrict: false, joinApproval: false, requests: [] },
      code: id === GROUP_OF_OTHERS ? 'SandboxInvite02' : newCode(),
    };
    this.groups.set(id, group);
    return group;
  }

  private meIn({ members }: SandboxGroup): GroupMember | undefined {
    return members.find(({ isMe }) => isMe);
  }

  private groupWithMe(id: string): SandboxGroup {
    const group = this.groups.get(id);
    if (!group) throw groupRefusal('not_found');
    if (!this.meIn(group)) throw groupRefusal('not_allowed');
    return group;
  }

  private asAdmin(id: string): SandboxGroup {
    const group = this.groupWithMe(id);
    if (this.meIn(group)!.admin === null) throw groupRefusal('not_allowed');
    return group;
  }

  private tell({ id: groupId, name: groupName }: SandboxGroup, by: GroupPerson, what: WhatChanged): void {
    this.options.tell({ id: newWireId(), groupId, groupName, by, what, at: this.options.now() });
  }
}

function changeOf(change: 'add' | 'remove' | 'promote' | 'demote', people: GroupPerson[]): WhatChanged {
  switch (change) {
    case 'add':
      return { kind: 'added', people, how: 'added' };
    case 'remove':
      return { kind: 'removed', people, how: 'removed' };
    default:
      return { kind: change === 'promote' ? 'promoted' : 'demoted', people };
  }
}

const memberOf = (chatId: string): GroupMember => ({
  ...{ names: [chatId], phone: phoneOfChat(chatId), isMe: false, admin: null },
});

const memberIn = ({ members }: SandboxGroup, chatId: string): GroupMember | undefined =>
  members.find(({ names }) => names.includes(chatId));

function shown({ code: _, requests: __, ...group }: SandboxGroup): GroupInfo {
  return { ...structuredClone(group), participantCount: group.members.length };
}

const newCode = (): string => newWireId().slice(0, 20);
