import type { Clock } from '../../async/clock';
import type { Group } from '../transport';
import type { BinaryNode, GroupMetadata, WASocket } from './baileys';
import { noAnswer } from './errors';
import { userOf } from './jids';
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

interface CachedGroup {
  metadata: Promise<GroupMetadata>;
  at: number;
  /** What it is known to have been, also once that is out of date. */
  last: GroupMetadata | null;
}

/** Caches the members of groups for the life of a connection, so that not every message queries them. */
export class GroupCache {
  private readonly cached = new Map<string, CachedGroup>();

  constructor(
    private readonly socket: Pick<WASocket, 'groupMetadata' | 'ev' | 'ws'>,
    private readonly clock: Clock,
    private readonly onLids: OnLids,
  ) {
    // Not by Baileys' events: it has none for some changes, such as that of the disappearing timer.
    socket.ws.on('CB:notification,type:w:gp2', ({ attrs }: BinaryNode) => this.forget(attrs.from ?? ''));
    // Everything at once, when the server says that much has changed.
    socket.ev.on('groups.update', (updates) => updates.forEach(({ id }) => id && this.forget(id)));
  }

  get(jid: string): Promise<GroupMetadata> {
    const cached = this.cached.get(jid);
    if (cached && this.clock.now() - cached.at < CACHED_MS) return cached.metadata;
    const metadata = this.socket.groupMetadata(jid);
    const group: CachedGroup = { metadata, at: this.clock.now(), last: cached?.last ?? null };
    this.cached.set(jid, group);
    metadata.then(
      (answer) => {
        group.last = answer;
        this.onLids(answer.participants.flatMap(pairOf));
      },
      () => this.forget(jid),
    );
    return metadata;
  }

  forget(jid: string): void {
    const cached = this.cached.get(jid);
    if (cached) cached.at = -Infinity;
  }

  /** The user of each jid that groups have for a member. Some are not known from anywhere else. @param user of one of them */
  usersOf(user: string): string[] {
    const start = `${user}@`;
    const found = new Set<string>();
    for (const { last } of this.cached.values())
      for (const { id, phoneNumber, lid } of last?.participants ?? [])
        if (id.startsWith(start) || phoneNumber?.startsWith(start) || lid?.startsWith(start))
          for (const jid of [id, phoneNumber, lid]) if (jid !== undefined) found.add(userOf(jid));
    return [...found];
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
