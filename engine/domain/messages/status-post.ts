import type { MediaKind, MessageType } from './message-content';

/** The chat id of a status: what WhatsApp shows for a day to the people of an audience. */
export const STATUS = 'status@broadcast';

/** How many people one status goes to. Each is looked up, and has its own key: many more would take minutes. */
export const MOST_VIEWERS = 5_000;

/** What a status can be. */
const TYPES: readonly MessageType[] = ['text', 'media'];
const KINDS: readonly MediaKind[] = ['image', 'video', 'gif', 'voice'];

export const canBeStatus = (kind: MediaKind): boolean => KINDS.includes(kind);

/** A new message, as far as it decides whether it can be a status. */
export interface StatusInput {
  to: string;
  type: MessageType;
  media?: { kind?: MediaKind };
  audience_id?: string;
  reply_to?: string;
  mentions?: object;
  cancel_on_reply?: boolean;
  typing_seconds?: number;
}

interface Fault {
  path: string;
  code: string;
  message: string;
}

/** What is wrong with the fields that only a status has, or cannot have. */
export function statusFaults(input: StatusInput): Fault[] {
  const fault = (path: string, code: string, message: string): Fault => ({ path, code, message });
  if (input.to.trim() !== STATUS) {
    if (input.audience_id === undefined) return [];
    return [
      fault(
        'audience_id',
        'only_for_status',
        `only goes with to: "${STATUS}". Leave it out, or create a campaign.`,
      ),
    ];
  }
  const faults: Fault[] = [];
  if (input.audience_id === undefined)
    faults.push(
      fault(
        'audience_id',
        'required',
        `is required with to: "${STATUS}". Give the id of the audience that sees it.`,
      ),
    );
  if (!TYPES.includes(input.type))
    faults.push(
      fault('type', 'not_for_status', `is ${input.type}, which a status cannot be. Use text or media.`),
    );
  const kind = input.media?.kind;
  if (kind !== undefined && !canBeStatus(kind))
    faults.push(
      fault(
        'media.kind',
        'not_for_status',
        `is ${kind}, which a status cannot be. Use ${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}.`,
      ),
    );
  for (const field of ['reply_to', 'mentions', 'typing_seconds'] as const)
    if (input[field] !== undefined)
      faults.push(fault(field, 'not_for_status', 'is not possible in a status. Leave it out.'));
  if (input.cancel_on_reply)
    faults.push(fault('cancel_on_reply', 'not_for_status', 'is not possible in a status. Leave it out.'));
  return faults;
}
