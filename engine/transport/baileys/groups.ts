import type { Clock } from '../../async/clock';
import type { Group } from '../transport';
import type { BinaryNode, GroupMetadata, WASocket } from './baileys';
import { noAnswer } from './errors';
import type { OnLids } from './keys/signal-sessions';

/** The groups that the number is in. Queried directly, because Baileys treats a lost answer as "none". */
export async function listGroups(socket: Pick<WASocket, 'query'>): Promise<Group[]> {
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

/** WhatsApp announces changes, which clear the cache. This limit is for lost announcements. */
const CACHED_MS = 600_000;

/** Caches the members of groups for the life of a connection, so that not every message queries them. */
export class GroupCache {
  private readonly cached = new Map<string, { metadata: Promise<GroupMetadata>; at: number }>();

  constructor(
    private readonly socket: Pick<WASocket, 'groupMetadata' | 'ev'>,
    private readonly clock: Clock,
    private readonly onLids: OnLids,
  ) {
    socket.ev.on('groups.update', (updates) => updates.forEach(({ id }) => id && this.forget(id)));
    socket.ev.on('group-participants.update', ({ id }) => this.forget(id));
  }

  get(jid: string): Promise<GroupMetadata> {
    const cached = this.cached.get(jid);
    if (cached && this.clock.now() - cached.at < CACHED_MS) return cached.metadata;
    const metadata = this.socket.groupMetadata(jid);
    this.cached.set(jid, { metadata, at: this.clock.now() });
    metadata.then(
      ({ participants }) => this.onLids(participants.flatMap(pairOf)),
      () => this.forget(jid),
    );
    return metadata;
  }

  forget(jid: string): void {
    this.cached.delete(jid);
  }
}

/** A member's LID and number, if WhatsApp tells both. */
function pairOf({
  id,
  lid,
  phoneNumber,
}: GroupMetadata['participants'][number]): { lid: string; pn: string }[] {
  if (lid) return [{ lid, pn: id }];
  return phoneNumber ? [{ lid: id, pn: phoneNumber }] : [];
}
