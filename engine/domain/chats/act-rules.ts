import { LONGEST_CAPTION, LONGEST_TEXT } from '../messages/message-content';

export type ActKind = 'react' | 'edit' | 'revoke' | 'pin' | 'forward';

/** What decides whether something can be done to a message. */
export interface ActFacts {
  /** Our own account wrote it. */
  isOwn: boolean;
  /** As in `message.received`: `text`, `image`, `poll` … */
  type: string;
  /** Where a message that the engine sends is: before WhatsApp has it, nothing can be done to it. */
  stage: 'pending' | 'under_way' | 'never_sent' | 'in_chat';
  /** When WhatsApp got it, in epoch milliseconds. */
  at: number;
  isRevoked: boolean;
  /** Or a status. */
  isInChannel: boolean;
  /** Of a message that the engine sends: its id in `/v1/messages`. */
  messageId: string | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** WhatsApp's help, "How to edit messages": within 15 minutes after it was sent. */
export const EDITABLE_MS = 15 * MINUTE_MS;
/** WhatsApp's announcement of August 2022: "2 days and 12 hours". Phones ignore what comes later. */
export const REVOCABLE_MS = 60 * HOUR_MS;

/** Files that can have a caption. */
const WITH_CAPTION = ['image', 'video', 'gif', 'document'];

/**
 * Why something cannot be done to a message, as an error says it; null if it can.
 * @param now epoch milliseconds
 */
export function whyNot(kind: ActKind, facts: ActFacts, now: number): string | null {
  if (facts.stage !== 'in_chat') return notThere(kind, facts);
  if (facts.isInChannel)
    return 'This works in chats with people and in groups, not in channels or for a status.';
  if (facts.isRevoked) return kind === 'revoke' ? null : 'The message was taken back.';
  if (kind === 'edit') return whyNotEdited(facts, now);
  if (kind === 'revoke') return whyNotRevoked(facts, now);
  return null;
}

function notThere(kind: ActKind, { stage, messageId }: ActFacts): string {
  if (stage === 'never_sent') return 'The message was never sent, so it is not in the chat.';
  if (stage === 'under_way') return 'The message is being sent right now. Try again in a few seconds.';
  const message = `/v1/messages/${messageId}`;
  if (kind === 'edit') return `The message has not been sent yet. Change it with PATCH ${message}.`;
  if (kind === 'revoke') return `The message has not been sent yet. Cancel it with POST ${message}/cancel.`;
  return 'The message has not been sent yet. Try again when it is sent.';
}

function whyNotEdited({ isOwn, type, at }: ActFacts, now: number): string | null {
  if (!isOwn) return 'Only messages of this number can be edited, and somebody else wrote this one.';
  if (longestText(type) === null) return `Only texts and captions can be edited, and this is a ${type}.`;
  if (now - at <= EDITABLE_MS) return null;
  return 'WhatsApp allows edits for 15 minutes after a message was sent. Send a new message instead.';
}

function whyNotRevoked({ isOwn, at }: ActFacts, now: number): string | null {
  if (!isOwn) return 'Only messages of this number can be taken back, and somebody else wrote this one.';
  if (now - at <= REVOCABLE_MS) return null;
  return 'WhatsApp lets a message be taken back for 60 hours after it was sent. It stays in the chat.';
}

/** How many characters the text or caption of a message may have; null for one that has neither. */
export function longestText(type: string): number | null {
  if (type === 'text') return LONGEST_TEXT;
  return WITH_CAPTION.includes(type) ? LONGEST_CAPTION : null;
}
