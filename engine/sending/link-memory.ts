import type { StoredSessionMemory } from '../store/tables/session-memory';
import type { SessionMemory } from '../transport/session-memory';
import { contentOf } from './content-of';

/** A session's stored memory, with its messages told in the transport's own terms. */
export function linkMemory(stored: StoredSessionMemory): SessionMemory {
  return {
    read: (type, ids) => stored.read(type, ids),
    write: (changes) => stored.write(changes),
    forget: () => stored.forget(),
    secretFor: (wireId) => stored.secretFor(wireId),
    inbound: (chatId, wireId) => stored.inbound(chatId, wireId),
    account: (asked) => stored.account(asked),
    rememberAccount: (asked, account) => stored.rememberAccount(asked, account),
    async outgoing(wireId) {
      const row = await stored.message(wireId);
      if (!row) return null;
      return { chatId: row.chat_id, content: contentOf(row), replyTo: row.reply_to, mentions: row.mentions };
    },
  };
}
