import type { AddedHow, GroupChange, GroupPerson, WhatChanged } from '../../group-acts';
import type { BinaryNode } from '../baileys';
import {
  childOf,
  childrenOf,
  jidsOf,
  ownPerson,
  personOf,
  textOf,
  type GroupTools,
} from '../groups/read-group';
import { accountJid, isGroup } from '../jids';

/** What is told of a change besides what its stanza says. */
export interface AboutChange extends GroupTools {
  /** Whether somebody has asked to join this group. */
  hasAsked(group: string, jid: string): boolean;
  /** Asked only if there is a change to tell of. */
  groupName(): Promise<string | null>;
  /** Epoch milliseconds. */
  at: number;
}

/** Whether a notification is about a group, and may be a change that people are told of. */
export function isGroupNotice({ attrs: { type, from = '' } }: BinaryNode): boolean {
  return isGroup(from) && (type === 'w:gp2' || type === 'picture');
}

/** The jids of those who ask to join a group by this notification. */
export function askedToJoin({ attrs, content }: BinaryNode): string[] {
  const parts = Array.isArray(content) ? content : [];
  return parts
    .flatMap((part) => {
      if (part.tag === 'membership_approval_request') return [attrs.participant, attrs.participant_pn];
      if (part.tag !== 'created_membership_requests') return [];
      return [...childrenOf(part, 'requested_user'), ...childrenOf(part, 'participant')].flatMap(jidsOf);
    })
    .filter((jid) => jid !== undefined);
}

/** The subject that a notification tells of a group; undefined if it is about something else. */
export function newName(stanza: BinaryNode): string | undefined {
  const created = childOf(childOf(stanza, 'create'), 'group');
  return childOf(stanza, 'subject')?.attrs.subject ?? created?.attrs.subject;
}

/** The changes that a notification about a group tells of. What people are not told of, such as new keys, is left out. */
export async function readGroupChanges(stanza: BinaryNode, about: AboutChange): Promise<GroupChange[]> {
  const {
    id = '',
    from = '',
    type,
    participant,
    participant_pn: number,
    participant_lid: lid,
  } = stanza.attrs;
  const parts = Array.isArray(stanza.content) ? stanza.content : [];
  const author = participant ?? parts.find(({ attrs }) => attrs.author)?.attrs.author;
  const by = author ? await personOf([author, number, lid], about) : null;
  const changes: GroupChange[] = [];
  for (const [index, part] of parts.entries()) {
    const what = type === 'picture' ? picture(part) : await whatChanged(part, from, by, about);
    if (!what) continue;
    const groupName = what.kind === 'name' ? what.name : (subjectIn(part) ?? (await about.groupName()));
    changes.push({
      id: index === 0 ? id : `${id}.${index}`,
      groupId: from,
      groupName,
      by,
      what,
      at: about.at,
    });
  }
  return changes;
}

const subjectIn = (part: BinaryNode): string | undefined =>
  part.tag === 'create' ? childOf(part, 'group')?.attrs.subject : undefined;

async function whatChanged(
  part: BinaryNode,
  group: string,
  by: GroupPerson | null,
  about: AboutChange,
): Promise<WhatChanged | null> {
  const { tag, attrs } = part;
  switch (tag) {
    case 'add':
      return added(await peopleIn(part, about), howAdded(part, group, about));
    case 'create':
      return created(part, by, about);
    case 'remove':
    case 'leave': {
      const people = await peopleIn(part, about);
      // WhatsApp calls it a removal by oneself.
      const left = tag === 'leave' || (by !== null && people.length === 1 && isSame(people[0]!, by));
      const who = people.length === 0 && by ? [by] : people;
      return who.length > 0 ? { kind: 'removed', people: who, how: left ? 'left' : 'removed' } : null;
    }
    case 'promote':
    case 'demote': {
      const people = await peopleIn(part, about);
      return people.length > 0 ? { kind: tag === 'promote' ? 'promoted' : 'demoted', people } : null;
    }
    case 'subject':
      return { kind: 'name', name: attrs.subject ?? '' };
    case 'description':
      return { kind: 'description', description: textOf(childOf(part, 'body')) };
    default:
      return settingOf(part);
  }
}

/** The group has a picture now, or none any more. */
function picture({ tag }: BinaryNode): WhatChanged | null {
  return tag === 'set' || tag === 'delete'
    ? { kind: 'settings', settings: { picture: tag === 'set' } }
    : null;
}

function settingOf(part: BinaryNode): WhatChanged | null {
  const setting = (settings: Extract<WhatChanged, { kind: 'settings' }>['settings']): WhatChanged => ({
    kind: 'settings',
    settings,
  });
  switch (part.tag) {
    case 'announcement':
    case 'not_announcement':
      return setting({ announce: part.tag === 'announcement' });
    case 'locked':
    case 'unlocked':
      return setting({ restrict: part.tag === 'locked' });
    case 'membership_approval_mode': {
      const state = childOf(part, 'group_join')?.attrs.state;
      return state === undefined ? null : setting({ joinApproval: state === 'on' });
    }
    case 'member_add_mode':
      return setting({ membersCanAdd: textOf(part) === 'all_member_add' });
    case 'ephemeral':
      return setting({ disappearsInS: Number(part.attrs.expiration ?? 0) });
    case 'not_ephemeral':
      return setting({ disappearsInS: 0 });
    default:
      return null;
  }
}

function added(people: GroupPerson[], how: AddedHow): WhatChanged | null {
  return people.length > 0 ? { kind: 'added', people, how } : null;
}

/** The number is in a group that it was not in before: a new one, or one that somebody added it to. */
async function created(
  part: BinaryNode,
  by: GroupPerson | null,
  about: AboutChange,
): Promise<WhatChanged | null> {
  if (part.attrs.type !== 'new') {
    const how = part.attrs.reason === 'invite' ? 'invite_link' : 'added';
    return { kind: 'added', people: [ownPerson(about)], how };
  }
  const people = await peopleIn(childOf(part, 'group'), about);
  const others = people.filter((person) => !by || !isSame(person, by));
  return added(others, 'group_created');
}

/** `reason` as WhatsApp Web reads it; who asked to join and comes in by somebody else was approved. */
function howAdded(part: BinaryNode, group: string, { hasAsked }: AboutChange): AddedHow {
  const { reason } = part.attrs;
  if (reason === 'invite') return 'invite_link';
  if (reason !== undefined) return 'community';
  const asked = childrenOf(part, 'participant').some((one) =>
    jidsOf(one).some((jid) => jid !== undefined && hasAsked(group, jid)),
  );
  return asked ? 'approved' : 'added';
}

async function peopleIn(node: BinaryNode | undefined, tools: GroupTools): Promise<GroupPerson[]> {
  const people: GroupPerson[] = [];
  for (const participant of childrenOf(node, 'participant')) {
    const person = await personOf(jidsOf(participant), tools);
    if (person) people.push(person);
  }
  return people;
}

const isSame = (a: GroupPerson, b: GroupPerson): boolean =>
  (a.isMe && b.isMe) || a.names.some((name) => b.names.includes(name));

/** How somebody who asked to join is remembered. */
export const askKey = (group: string, jid: string): string => `${group} ${accountJid(jid)}`;
