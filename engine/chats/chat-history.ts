import type { Work } from '../events/transact';
import {
  changeChatMessage,
  insertChatMessages,
  saveActedOn,
  type ActedOn,
} from '../store/tables/chat-messages';
import { insertOlderMessages } from '../store/tables/older-messages';
import type { ChatAct } from '../transport/chat-acts';
import {
  olderRow,
  pinnedUntil,
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
  /** A message is added; an edit, a revocation, a pin or our own reaction changes one. */
  received(work: Work, received: ReceivedInChat): void;
  sent(work: Work, messages: readonly SentInChat[]): void;
  /** What the phone shared of the past. @returns how many were stored: not those that have disappeared meanwhile */
  older(work: Work, messages: readonly OlderInChat[]): Promise<number>;
  /** False: nothing is stored. */
  readonly isKept: boolean;
  /** Our account has done something to a message, over the API. */
  acted(work: Work, place: PlaceInChat, act: ChatAct): void;
}

/** Where a message is. */
export interface PlaceInChat {
  wireId: string;
  sessionId: string;
  who: string;
}

export const CHAT_HISTORY: ChatHistory = {
  isKept: true,
  received(work, received) {
    const { inbound } = received;
    switch (inbound.kind) {
      case 'message':
        return insertChatMessages(
          work.sql,
          [receivedRow(received, work.now)],
          inbound.sentFromPhone ?? false,
        );
      case 'edited':
      case 'revoked':
        return change(work, received);
      case 'pinned':
        return mark(work, received, { pinned_until: pinnedUntil(inbound) });
      case 'reaction':
        if (inbound.sentFromPhone) mark(work, received, { own_reaction: inbound.text || null });
    }
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
  acted(work, place, act) {
    saveActedOn(work.sql, place, changeBy(act, work.now));
  },
};

function changeBy(act: ChatAct, now: Date): ActedOn {
  switch (act.kind) {
    case 'react':
      return { own_reaction: act.emoji || null };
    case 'edit':
      return { text: act.text, edited_at: now };
    case 'revoke':
      return { text: null, revoked_at: now };
    case 'pin':
      return { pinned_until: act.seconds > 0 ? new Date(now.getTime() + act.seconds * 1000) : null };
  }
}

/** For `BLUETICKS_HISTORY_DAYS=0`. */
const NO_HISTORY: ChatHistory = {
  isKept: false,
  received() {},
  sent() {},
  acted() {},
  older: () => Promise.resolve(0),
};

/** @param days how long messages are kept; 0: not at all */
export const chatHistory = (days: number): ChatHistory => (days > 0 ? CHAT_HISTORY : NO_HISTORY);

function mark(work: Work, { session, inbound, who }: ReceivedInChat, change: ActedOn): void {
  const { targetWireId: wireId } = inbound;
  if (wireId !== null) saveActedOn(work.sql, { wireId, sessionId: session.id, who }, change);
}

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
