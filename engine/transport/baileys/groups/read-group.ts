import type { GroupInfo, GroupMember, GroupPerson } from '../../group-acts';
import type { BinaryNode } from '../baileys';
import { accountOf } from '../inbound/sender';
import { chatIdOf, isLid, isOwn } from '../jids';
import type { InboundTools } from '../tools';

/** What is needed to say who the people in a group are. */
export type GroupTools = Pick<InboundTools, 'me' | 'phoneOfLid'>;

/** The nodes inside a node. @param tag undefined: all of them */
export function childrenOf(node: BinaryNode | undefined, tag?: string): BinaryNode[] {
  const all = Array.isArray(node?.content) ? node.content : [];
  return tag === undefined ? all : all.filter((child) => child.tag === tag);
}

export const childOf = (node: BinaryNode | undefined, tag: string): BinaryNode | undefined =>
  childrenOf(node, tag)[0];

/** The text inside a node; null if there is none. */
export function textOf(node: BinaryNode | undefined): string | null {
  const { content } = node ?? {};
  if (typeof content === 'string') return content;
  return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : null;
}

/** The chat id of a group, which WhatsApp may write without its end. */
export const groupIdOf = (id: string): string => (id.includes('@') ? id : `${id}@g.us`);

/**
 * Who somebody is, by the jids that WhatsApp gave. Null if it gave none that is a person's.
 * @param jids such as a lid and the number that has it
 */
export async function personOf(
  jids: readonly (string | undefined)[],
  tools: GroupTools,
): Promise<GroupPerson | null> {
  const { jids: known, names, from: phone } = await accountOf(jids, tools);
  if (names.length === 0) return null;
  return { names, phone, isMe: known.some((jid) => isOwn(jid, tools.me)) };
}

/** Our own number, as somebody in a group. */
export function ownPerson({ me }: GroupTools): GroupPerson {
  const names = [me.jid, me.lid].flatMap((jid) => chatIdOf(jid) ?? []);
  return { names, phone: `+${names[0]!.split('@')[0]}`, isMe: true };
}

/** The jids of a `<participant>`: its own, and its other one. */
export const jidsOf = ({ attrs }: BinaryNode): (string | undefined)[] => [
  attrs.jid,
  attrs.phone_number,
  attrs.lid,
];

/** Which lids have which numbers, as a group says. */
export function pairsIn(participants: readonly BinaryNode[]): { lid: string; pn: string }[] {
  return participants.flatMap(({ attrs: { jid = '', phone_number: number, lid } }) => {
    if (isLid(jid)) return number ? [{ lid: jid, pn: number }] : [];
    return lid ? [{ lid, pn: jid }] : [];
  });
}

/** A `<group>` of WhatsApp. Members are empty if it lists none. */
export async function readGroup(group: BinaryNode, tools: GroupTools): Promise<GroupInfo> {
  const { id = '', subject = '', size, creation, creator, creator_pn: creatorPn } = group.attrs;
  const participants = childrenOf(group, 'participant').filter(({ attrs }) => attrs.error === undefined);
  const members: GroupMember[] = [];
  for (const participant of participants) {
    const person = await personOf(jidsOf(participant), tools);
    if (person) members.push({ ...person, admin: adminOf(participant) });
  }
  const has = (tag: string): boolean => childOf(group, tag) !== undefined;
  return {
    id: groupIdOf(id),
    name: subject,
    participantCount: size === undefined ? participants.length : Number(size),
    description: textOf(childOf(childOf(group, 'description'), 'body')),
    owner: creator ? await personOf([creator, creatorPn], tools) : null,
    createdAt: creation ? Number(creation) * 1000 : null,
    announce: has('announcement'),
    restrict: has('locked'),
    joinApproval: childOf(childOf(group, 'membership_approval_mode'), 'group_join')?.attrs.state === 'on',
    members,
  };
}

function adminOf({ attrs: { type } }: BinaryNode): GroupMember['admin'] {
  return type === 'admin' || type === 'superadmin' ? type : null;
}
