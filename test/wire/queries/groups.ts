import type { BinaryNode } from '../baileys';
import type { Person } from '../people/person';
import type { Companion } from '../server/companion';
import type { Group } from '../server/group';
import {
  addressOf,
  changeGroup,
  described,
  forgetAsking,
  participant,
  type GroupDeed,
} from '../server/group-changes';
import type { World } from '../server/world';
import { bytesOf, childOf, childrenOf, node } from '../transport/nodes';
import { Refusal, type Answer, type Query } from './query';

/** The account's groups, and everything that its owner can do in them. Only members get an answer. */
export const groups: Query = {
  name: 'groups',
  xmlns: 'w:g2',
  answer: (iq, asker, world) =>
    iq.attrs.to === '@g.us' ? inGeneral(iq, asker, world) : inGroup(iq, asker, world),
};

/** What is about no group in particular. */
function inGeneral(iq: BinaryNode, { person }: Companion, { directory, post }: World): Answer {
  const [asked] = childrenOf(iq);
  switch (asked?.tag) {
    case 'participating': {
      const mine = [...directory.groups.values()].filter(({ members }) => members.includes(person));
      return [node('groups', {}, mine.map(described))];
    }
    case 'create': {
      const people = peopleIn(asked, directory.byJid.bind(directory));
      const refusals = people.map((one) => one && refusalOf(one, undefined));
      const members = people.filter((one, at) => one && !refusals[at]) as Person[];
      const group = directory.addGroup(asked.attrs.subject ?? '', [person, ...members], 'lid', post);
      const refused = people.flatMap((one, at) =>
        one && refusals[at] ? [node('participant', { ...addressOf(group, one), error: refusals[at] })] : [],
      );
      const answer = described(group);
      return [{ ...answer, content: [...(answer.content as BinaryNode[]), ...refused] }];
    }
    case 'leave': {
      const group = directory.groups.get(childOf(asked, 'group')?.attrs.id ?? '');
      if (!group?.members.includes(person)) throw new Refusal(404, 'item-not-found');
      changeGroup(group, person, { remove: [person] }, post);
      return [node('leave')];
    }
    case 'invite': {
      const group = [...directory.groups.values()].find(({ inviteCode }) => inviteCode === asked.attrs.code);
      if (!group) throw new Refusal(406, 'not-acceptable');
      if (group.members.includes(person)) throw new Refusal(409, 'conflict');
      changeGroup(group, person, { join: true }, post);
      return [node(group.approval ? 'membership_approval_request' : 'group', { jid: group.jid })];
    }
    default:
      throw new Refusal(501, `unknown <${asked?.tag}>`);
  }
}

function inGroup(iq: BinaryNode, { person }: Companion, world: World): Answer {
  const { directory, post } = world;
  const group = directory.groups.get(iq.attrs.to ?? '');
  if (!group) throw new Refusal(404, 'item-not-found');
  if (!group.members.includes(person)) throw new Refusal(403, 'forbidden');
  const [asked] = childrenOf(iq);
  if (!asked) throw new Refusal(400, 'bad-request');
  if (iq.attrs.type === 'get' && asked.tag === 'query') return [described(group)];
  const isAdmin = group.admins.has(person);
  const open = ['subject', 'description'].includes(asked.tag) && !group.locked;
  if (!isAdmin && !open) throw new Refusal(401, 'not-authorized');
  switch (asked.tag) {
    case 'invite':
      if (iq.attrs.type === 'set') changeGroup(group, person, { resetInvite: true }, post);
      return [node('invite', { code: group.inviteCode })];
    case 'add':
    case 'remove':
    case 'promote':
    case 'demote':
      return [changeMembers(group, person, asked, world)];
    case 'membership_approval_requests':
      return [requestsOf(group)];
    case 'membership_requests_action':
      return [decide(group, person, asked, world)];
    default:
      changeGroup(group, person, deedOf(asked), post);
      return undefined;
  }
}

function deedOf(asked: BinaryNode): GroupDeed {
  const text = (tag?: string): string =>
    (bytesOf(tag === undefined ? asked : childOf(asked, tag)) ?? '').toString();
  switch (asked.tag) {
    case 'subject':
      return { subject: text() };
    case 'description':
      return { describe: asked.attrs.delete === 'true' ? null : text('body') };
    case 'announcement':
    case 'not_announcement':
      return { announce: asked.tag === 'announcement' };
    case 'locked':
    case 'unlocked':
      return { lock: asked.tag === 'locked' };
    case 'membership_approval_mode':
      return { approval: childOf(asked, 'group_join')?.attrs.state === 'on' };
    default:
      throw new Refusal(501, `unknown <${asked.tag}>`);
  }
}

function changeMembers(group: Group, by: Person, asked: BinaryNode, { directory, post }: World): BinaryNode {
  const answers = childrenOf(asked, 'participant').map(({ attrs: { jid = '' } }) => {
    const person = directory.byJid(jid);
    const isMember = person !== undefined && group.members.includes(person);
    const missing = asked.tag === 'add' ? undefined : !isMember && 404;
    const code = person ? (asked.tag === 'add' ? refusalOf(person, group) : missing || undefined) : 404;
    return { person, jid, code };
  });
  const done = answers.flatMap(({ person, code }) => (person && !code ? [person] : []));
  if (done.length > 0) changeGroup(group, by, { [asked.tag]: done } as unknown as GroupDeed, post);
  return node(
    asked.tag,
    {},
    answers.map(({ person, jid, code }) =>
      node('participant', { ...(person ? addressOf(group, person) : { jid }), error: code }),
    ),
  );
}

/** Why somebody cannot be added; undefined if they can. */
function refusalOf(person: Person, group: Group | undefined): number | undefined {
  if (group?.members.includes(person)) return 409;
  return person.refusesGroups;
}

function requestsOf(group: Group): BinaryNode {
  const requests = group.asking.map(({ person, method, at }) =>
    node('membership_approval_request', {
      ...addressOf(group, person),
      request_method: method,
      request_time: at,
    }),
  );
  return node('membership_approval_requests', {}, requests);
}

function decide(group: Group, by: Person, asked: BinaryNode, { directory, post }: World): BinaryNode {
  const [action] = childrenOf(asked);
  const people = peopleIn(action, directory.byJid.bind(directory)).filter((one) => one !== undefined);
  for (const person of people) forgetAsking(group, person);
  if (action?.tag === 'approve') changeGroup(group, by, { add: people }, post);
  const answers = people.map((person) => participant(group, person));
  return node('membership_requests_action', {}, [node(action?.tag ?? '', {}, answers)]);
}

function peopleIn(
  asked: BinaryNode | undefined,
  byJid: (jid: string) => Person | undefined,
): (Person | undefined)[] {
  return childrenOf(asked, 'participant').map(({ attrs }) => byJid(attrs.jid ?? ''));
}
