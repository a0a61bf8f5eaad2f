import type { Clock } from '../../../async/clock';
import type { GroupMetadata, WASocket } from '../baileys';

/** Changes are told and forget what is known; this is for those that got lost. */
const LIFE_MS = 600_000;

/** Who is in which group, so that it is not asked for with each message. Lives as long as its connection. */
export class GroupCache {
  private readonly known = new Map<string, { metadata: Promise<GroupMetadata>; at: number }>();

  constructor(
    private readonly socket: Pick<WASocket, 'groupMetadata' | 'ev'>,
    private readonly clock: Clock,
  ) {
    socket.ev.on('groups.update', (updates) => updates.forEach(({ id }) => id && this.known.delete(id)));
    socket.ev.on('group-participants.update', ({ id }) => this.known.delete(id));
  }

  get(jid: string): Promise<GroupMetadata> {
    const known = this.known.get(jid);
    if (known && this.clock.now() - known.at < LIFE_MS) return known.metadata;
    const metadata = this.socket.groupMetadata(jid);
    this.known.set(jid, { metadata, at: this.clock.now() });
    metadata.catch(() => this.known.delete(jid));
    return metadata;
  }

  forget(jid: string): void {
    this.known.delete(jid);
  }
}
