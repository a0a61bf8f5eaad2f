import { KeyedMutex } from '../../../async/keyed-mutex';
import { Recent } from '../../../async/recent';
import type { GroupHandlers } from '../../group-acts';
import type { BinaryNode } from '../baileys';
import type { GroupCache } from '../groups/group-cache';
import type { InboundTools } from '../tools';
import { askedToJoin, askKey, newName, readGroupChanges } from './group-change';

/** How many people are remembered who asked to join a group. */
const REMEMBERED = 10_000;

/** Reads the notifications about groups. Those about one group are told in the order in which they came. */
export class GroupNotices {
  private readonly turns = new KeyedMutex();
  /** Who has asked to join what: the admin who adds them approves that. */
  private readonly asked = new Recent<true>(REMEMBERED);

  constructor(private readonly handlers: GroupHandlers) {}

  inTurn({ attrs: { from = '' } }: BinaryNode, work: () => Promise<void>): Promise<void> {
    return this.turns.run(from, work);
  }

  /** Resolves when every change is stored. @param at epoch milliseconds */
  async store(
    stanza: BinaryNode,
    at: number,
    groups: Pick<GroupCache, 'nameOf' | 'rename'>,
    { me, phoneOfLid }: InboundTools,
  ): Promise<void> {
    const { from = '' } = stanza.attrs;
    for (const jid of askedToJoin(stanza)) this.asked.set(askKey(from, jid), true);
    const name = newName(stanza);
    if (name !== undefined) groups.rename(from, name);
    const changes = await readGroupChanges(stanza, {
      ...{ me, at, phoneOfLid },
      hasAsked: (group, jid) => this.asked.get(askKey(group, jid)) !== undefined,
      groupName: () => groups.nameOf(from),
    });
    for (const change of changes) await this.handlers.onGroupChange?.(change);
  }
}
