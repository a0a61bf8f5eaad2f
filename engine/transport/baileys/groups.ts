import type { Group } from '../transport';
import type { BinaryNode } from './baileys';
import type { Connection } from './link/connection';
import { noAnswer } from './link/link-down';

/** The groups that the number is in. Asked for directly: Baileys takes a lost answer for "none". */
export async function listGroups({ socket }: Connection): Promise<Group[]> {
  const attrs = { to: '@g.us', type: 'get', xmlns: 'w:g2' };
  const content = [{ tag: 'participating', attrs: {}, content: [{ tag: 'participants', attrs: {} }] }];
  const answer = (await socket.query({ tag: 'iq', attrs, content })) as BinaryNode | undefined;
  const list = childrenOf(answer, 'groups')[0];
  if (!list) throw noAnswer('which groups the number is in');
  return childrenOf(list, 'group').map(groupOf);
}

function groupOf(group: BinaryNode): Group {
  const { id = '', subject = '', size } = group.attrs;
  return {
    id: id.includes('@') ? id : `${id}@g.us`,
    name: subject,
    participantCount: size === undefined ? childrenOf(group, 'participant').length : Number(size),
  };
}

function childrenOf(node: BinaryNode | undefined, tag: string): BinaryNode[] {
  return Array.isArray(node?.content) ? node.content.filter((child) => child.tag === tag) : [];
}
