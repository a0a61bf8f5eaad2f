import type { BinaryNode } from '../baileys';
import type { Group } from '../server/group';
import type { Person } from '../people/person';
import { childOf, node } from '../transport/nodes';
import { Refusal, type Query } from './query';

/** The account's groups and their members. Only members get an answer. */
export const groups: Query = {
  name: 'groups',
  xmlns: 'w:g2',
  answer: (iq, asker, { directory }) => {
    if (childOf(iq, 'participating')) {
      const mine = [...directory.groups.values()].filter(({ members }) => members.includes(asker.person));
      return [node('groups', {}, mine.map(described))];
    }
    const group = directory.groups.get(iq.attrs.to ?? '');
    if (!group) throw new Refusal(404, 'item-not-found');
    if (!group.members.includes(asker.person)) throw new Refusal(403, 'forbidden');
    return [described(group)];
  },
};

function described(group: Group): BinaryNode {
  const [creator] = group.members;
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
    ...(group.timer?.seconds ? [node('ephemeral', { expiration: group.timer.seconds })] : []),
    ...group.members.map((member) => participant(member, group, member === creator)),
  ]);
}

function participant(member: Person, { addressing }: Group, admin: boolean): BinaryNode {
  const number = member.digits === '' ? undefined : member.jid('number');
  const other = addressing === 'lid' ? { phone_number: number } : { lid: member.jid('lid') };
  return node('participant', {
    jid: member.jid(addressing),
    ...other,
    username: member.username,
    type: admin ? 'superadmin' : undefined,
  });
}
