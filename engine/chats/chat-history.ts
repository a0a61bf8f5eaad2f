import type { Work } from '../events/transact';
import { changeChatMessage, insertChatMessages } from '../store/tables/chat-messages';
import { insertOlderMessages } from '../store/tables/older-messages';
import {
  olderRow,
  receivedRow,
  sentRow,
  type OlderInChat,
  type ReceivedInChat,
  type SentInChat,
} from './history-rows';

/**
 * Writes the history of chats, each time in the transaction of what it tells of. It only adds rows: what a message costs
 * does not grow with the history.
 */
export interface ChatHistory {
  /** A message is added, an edit or a revocation changes one; what else people do is not part of the history. */
  received(work: Work, received: ReceivedInChat): void;
  sent(work: Work, messages: readonly SentInChat[]): void;
  /** What the phone shared of the past. @returns how many were stored: not those that have disappeared meanwhile */
  older(work: Work, messages: readonly OlderInChat[]): Promise<number>;
  /** False: nothing is stored. */
  readonly isKept: boolean;
}

export const CHAT_HISTORY: ChatHistory = {
  isKept: true,
  received(work, received) {
    const { inbound } = received;
    if (inbound.kind === 'message')
      insertChatMessages(work.sql, [receivedRow(received, work.now)], inbound.sentFromPhone ?? false);
    else if (inbound.kind === 'edited' || inbound.kind === 'revoked') change(work, received);
  },
  sent(work, messages) {
    const rows = messages.map((message) => sentRow(message, work.now));
    insertChatMessages(work.sql, rows, false);
  },
  older(work, messages) {
    const rows = messages.map((message) => olderRow(message, work.now));
    return insertOlderMessages(
      work.sql,
      rows.filter(({ expires_at: end }) => end === null || end > work.now),
    );
  },
};

/** For `BLUETICKS_HISTORY_DAYS=0`. */
const NO_HISTORY: ChatHistory = {
  isKept: false,
  received() {},
  sent() {},
  older: () => Promise.resolve(0),
};

/** @param days how long messages are kept; 0: not at all */
export const chatHistory = (days: number): ChatHistory => (days > 0 ? CHAT_HISTORY : NO_HISTORY);

function change(work: Work, received: ReceivedInChat): void {
  const { inbound } = received;
  if (inbound.targetWireId === null) return;
  const isRevoked = inbound.kind === 'revoked';
  const at = new Date(inbound.at);
  const row = {
    ...receivedRow(received, work.now),
    wire_id: inbound.targetWireId,
    reply_to: null,
    media: null,
  };
  const what = isRevoked ? { text: null, revoked_at: at } : { edited_at: at };
  // In a group, an admin may take back what others wrote.
  changeChatMessage(work.sql, { ...row, ...what }, isRevoked && inbound.isGroup ? 'anyone' : 'writer');
}
