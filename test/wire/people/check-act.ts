import type { BinaryNode, Message } from '../baileys';
import type { Group } from '../server/group';
import type { MessageSummary } from './message-summary';
import type { Person } from './person';

/** A message that was sent or received. */
export interface Known {
  readonly from: Person;
  readonly group?: Group | string;
}

/** The `edit` of the stanza, by which the server knows what an encrypted act is. */
const EDIT_OF: Partial<Record<MessageSummary['kind'], string>> = { edit: '1', pin: '2', revoke: '7' };

/**
 * What is wrong with a message about an earlier one, as a phone or the server would see it: WhatsApp drops such a message
 * without a word.
 * @param raw with its wrappers removed
 * @param find a message that the phone knows
 */
export function faultInAct(
  { kind, target, text }: MessageSummary,
  raw: Message,
  { attrs }: BinaryNode,
  from: Person,
  find: (id: string) => Known | undefined,
): string | undefined {
  if (attrs.edit !== EDIT_OF[kind]) return `its stanza has edit="${attrs.edit}"`;
  if ((kind === 'reaction') !== (attrs.type === 'reaction')) return `its stanza has type="${attrs.type}"`;
  if (!['edit', 'pin', 'revoke', 'reaction'].includes(kind)) return undefined;
  const about = find(target ?? '');
  if (!about) return `${target} is not known`;
  const key = raw.protocolMessage?.key ?? raw.reactionMessage?.key ?? raw.pinInChatMessage?.key;
  const isOwn = about.from === from;
  if (Boolean(key?.fromMe) !== isOwn) return `${target} is ${isOwn ? '' : 'not '}its sender's own`;
  if (about.group && !isOwn && !key?.participant) return `${target} is not named with its writer`;
  if (kind === 'edit' || kind === 'revoke') {
    if (!isOwn) return `${target} is somebody else's`;
    if (kind === 'edit' && !text) return 'it has no text';
  }
  return undefined;
}
