import type { Clock } from '../../../async/clock';
import { deferred } from '../../../async/deferred';
import type { BinaryNode, GroupMetadata, WASocket } from '../baileys';
import { userOf } from '../jids';
import type { OnLids } from '../keys/signal-sessions';
import { childOf, childrenOf, groupIdOf } from './read-group';

/** The subjects of all groups that the number is in, without their members. */
async function listSubjects(socket: Pick<WASocket, 'query'>): Promise<Map<string, string>> {
  const attrs = { to: '@g.us', type: 'get', xmlns: 'w:g2' };
  const asked = { tag: 'participating', attrs: {} };
  const answer = (await socket.query({ tag: 'iq', attrs, content: [asked] })) as BinaryNode | undefined;
  const groups = childrenOf(childOf(answer, 'groups'), 'group');
  return new Map(groups.map(({ attrs: { id = '', subject = '' } }) => [groupIdOf(id), subject]));
}

/** WhatsApp announces changes, which clear the cache. This limit is for lost announcements. */
const CACHED_MS = 600_000;
const PATIENCE_MS = 5_000;

interface CachedGroup {
  metadata: Promise<GroupMetadata>;
  at: number;
  /** What it is known to have been, also once that is out of date. */
  last: GroupMetadata | null;
}

/** Caches the members of groups for the life of a connection, so that not every message queries them. */
export class GroupCache {
  private readonly cached = new Map<string, CachedGroup>();
  /** Subjects that are newer than what is cached. */
  private readonly names = new Map<string, string>();
  private readonly told = new Set<string>();
  private askedAt = -Infinity;
  private asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: Pick<WASocket, 'groupMetadata' | 'query' | 'ev' | 'ws'>,
    private readonly clock: Clock,
    private readonly onLids: OnLids,
    private readonly onName: (group: string, name: string) => void = () => undefined,
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
        this.onName(jid, answer.subject);
      },
      () => this.forget(jid),
    );
    return metadata;
  }

  /**
   * The subject of a group; null if WhatsApp does not say it. Those of all groups are asked for together, seldom: WhatsApp
   * limits how often it is asked about single groups.
   */
  async nameOf(jid: string): Promise<string | null> {
    const known = this.names.get(jid) ?? this.cached.get(jid)?.last?.subject;
    if (known !== undefined) return known;
    if (this.clock.now() - this.askedAt >= CACHED_MS) {
      this.askedAt = this.clock.now();
      this.asking = listSubjects(this.socket).then(
        (subjects) => subjects.forEach((name, id) => this.names.has(id) || this.names.set(id, name)),
        () => undefined,
      );
    }
    await this.patiently(this.asking);
    return this.names.get(jid) ?? null;
  }

  /** What waits for a name can do without it. */
  private async patiently(asking: Promise<void>): Promise<void> {
    const isOver = deferred();
    const cancel = this.clock.after(PATIENCE_MS, isOver.resolve);
    await Promise.race([asking, isOver.promise]).finally(cancel);
  }

  /** A group has a new subject. */
  rename(jid: string, name: string): void {
    this.names.set(jid, name);
  }

  /**
   * A message came in a group: its subject is told once in a connection, because the chat may have no name yet.
   */
  tellName(jid: string): void {
    if (this.told.has(jid)) return;
    this.told.add(jid);
    void this.nameOf(jid).then((name) => name !== null && this.onName(jid, name));
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
