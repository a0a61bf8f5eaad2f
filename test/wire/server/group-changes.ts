import { randomBytes } from 'node:crypto';
import type { BinaryNode } from '../baileys';
import type { Person } from '../people/person';
import { node } from '../transport/nodes';
import { newInviteCode, type Group } from './group';
import type { PostOffice } from './post-office';
import { secondsNow } from './world';

/** What somebody does in a group. */
export type GroupDeed =
  | { add: readonly Person[]; reason?: string }
  | { remove: readonly Person[] }
  | { promote: readonly Person[] }
  | { demote: readonly Person[] }
  | { subject: string }
  /** Null removes it. */
  | { describe: string | null }
  | { announce: boolean }
  | { lock: boolean }
  | { approval: boolean }
  | { membersAdd: boolean }
  | { timer: number }
  | { picture: Uint8Array }
  | { resetInvite: true }
  /** By the invite link: `by` joins, or asks to. */
  | { join: true };

/** Changes a group, and tells the devices of its members. @param by who does it */
export function changeGroup(group: Group, by: Person, deed: GroupDeed, post: PostOffice): void {
  if ('join' in deed) return join(group, by, post);
  if ('picture' in deed) {
    group.picture = deed.picture;
    const set = node('set', { id: String(secondsNow()), author: by.jid(group.addressing) });
    return tell(group, group.members, by, set, post, 'picture');
  }
  // Those who are removed are told as well.
  const audience = [...group.members];
  const change = apply(group, deed);
  tell(group, audience, by, change, post);
  if ('add' in deed) {
    const reason = deed.reason === undefined ? {} : { reason: deed.reason };
    tell(group, deed.add, by, node('create', reason, [described(group)]), post);
  }
}

/** Tells everybody in a new group of it. */
export function tellOfNewGroup(group: Group, by: Person, post: PostOffice): void {
  tell(group, group.members, by, node('create', { type: 'new' }, [described(group)]), post);
}

function join(group: Group, by: Person, post: PostOffice): void {
  if (!group.approval) return changeGroup(group, by, { add: [by], reason: 'invite' }, post);
  group.asking.push({ person: by, method: 'invite_link', at: secondsNow() });
  const admins = group.members.filter((member) => group.admins.has(member));
  const asked = node('requested_user', addressOf(group, by));
  tell(
    group,
    admins,
    by,
    node('created_membership_requests', { request_method: 'invite_link' }, [asked]),
    post,
  );
}

function apply(group: Group, deed: Exclude<GroupDeed, { join: true } | { picture: Uint8Array }>): BinaryNode {
  const people = (tag: string, who: readonly Person[], attributes = {}): BinaryNode =>
    node(
      tag,
      attributes,
      who.map((person) => participant(group, person)),
    );
  if ('add' in deed) {
    for (const person of deed.add) forgetAsking(group, person);
    group.members.push(...deed.add);
    return people('add', deed.add, deed.reason === undefined ? {} : { reason: deed.reason });
  }
  if ('remove' in deed) {
    for (const person of deed.remove) {
      group.members.splice(group.members.indexOf(person), 1);
      group.admins.delete(person);
    }
    return people('remove', deed.remove);
  }
  if ('promote' in deed) {
    for (const person of deed.promote) group.admins.add(person);
    return people('promote', deed.promote);
  }
  if ('demote' in deed) {
    for (const person of deed.demote) group.admins.delete(person);
    return people('demote', deed.demote);
  }
  if ('subject' in deed) {
    group.subject = deed.subject;
    return node('subject', { subject: deed.subject, s_t: secondsNow() });
  }
  if ('describe' in deed) return describe(group, deed.describe);
  if ('resetInvite' in deed) {
    group.inviteCode = newInviteCode();
    return node('invite', { code: group.inviteCode });
  }
  return set(group, deed);
}

function describe(group: Group, text: string | null): BinaryNode {
  const id = randomBytes(8).toString('hex').toUpperCase();
  group.description = text === null ? undefined : { id, text };
  const inside = text === null ? node('delete') : node('body', {}, Buffer.from(text));
  return node('description', { id }, [inside]);
}

type Setting = Extract<
  GroupDeed,
  | { announce: boolean }
  | { lock: boolean }
  | { approval: boolean }
  | { membersAdd: boolean }
  | { timer: number }
>;

function set(group: Group, deed: Setting): BinaryNode {
  if ('announce' in deed) {
    group.announce = deed.announce;
    return node(deed.announce ? 'announcement' : 'not_announcement');
  }
  if ('lock' in deed) {
    group.locked = deed.lock;
    return node(deed.lock ? 'locked' : 'unlocked');
  }
  if ('approval' in deed) {
    group.approval = deed.approval;
    return node('membership_approval_mode', {}, [
      node('group_join', { state: deed.approval ? 'on' : 'off' }),
    ]);
  }
  if ('membersAdd' in deed)
    return node('member_add_mode', {}, Buffer.from(deed.membersAdd ? 'all_member_add' : 'admin_add'));
  group.timer = { seconds: deed.timer, setAt: secondsNow() };
  return deed.timer > 0 ? node('ephemeral', { expiration: deed.timer, trigger: 0 }) : node('not_ephemeral');
}

export function forgetAsking(group: Group, person: Person): void {
  const at = group.asking.findIndex((asking) => asking.person === person);
  if (at >= 0) group.asking.splice(at, 1);
}

function tell(
  group: Group,
  people: readonly Person[],
  by: Person,
  change: BinaryNode,
  post: PostOffice,
  type = 'w:gp2',
): void {
  const author: Record<string, string> = { participant: by.jid(group.addressing) };
  if (group.addressing === 'lid' && by.digits !== '' && by.tellsBothNames)
    author.participant_pn = by.jid('number');
  for (const person of new Set(people)) post.notify(person, type, [change], group.jid, author);
}

/** A group as the server describes it to its members. */
export function described(group: Group): BinaryNode {
  const { creator, description } = group;
  const attributes = {
    id: group.jid.split('@')[0],
    subject: group.subject,
    s_t: group.createdAt,
    creation: group.createdAt,
    creator: creator?.jid(group.addressing),
    addressing_mode: group.addressing === 'lid' ? 'lid' : 'pn',
    size: group.members.length,
  };
  return node('group', attributes, [
    ...(description
      ? [node('description', { id: description.id }, [node('body', {}, Buffer.from(description.text))])]
      : []),
    ...(group.announce ? [node('announcement')] : []),
    ...(group.locked ? [node('locked')] : []),
    ...(group.approval ? [node('membership_approval_mode', {}, [node('group_join', { state: 'on' })])] : []),
    ...(group.timer?.seconds ? [node('ephemeral', { expiration: group.timer.seconds })] : []),
    ...group.members.map((member) => participant(group, member)),
  ]);
}

export function participant(group: Group, member: Person): BinaryNode {
  const admin = member === group.creator ? 'superadmin' : 'admin';
  return node('participant', {
    ...addressOf(group, member),
    username: member.username,
    type: group.admins.has(member) ? admin : undefined,
  });
}

export function addressOf({ addressing }: Group, member: Person): Record<string, string | undefined> {
  const number = member.digits === '' ? undefined : member.jid('number');
  const other = addressing === 'lid' ? { phone_number: number } : { lid: member.jid('lid') };
  return { jid: member.jid(addressing), ...other };
}
