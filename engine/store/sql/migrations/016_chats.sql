-- The history of chats: what was received, what the engine sent, and what the owner of the number wrote on the phone.
-- Kept for BLUETICKS_HISTORY_DAYS.
CREATE TABLE chat_messages (
  wire_id     text NOT NULL,
  session_id  text NOT NULL,
  chat_id     text NOT NULL,
  mode        text NOT NULL CHECK (mode IN ('live', 'test')),
  -- That of its row in messages (source engine) or inbound_messages.
  id          text NOT NULL,
  -- Who the chat is with: a person's id, or the chat id of a group or channel.
  who         text NOT NULL,
  direction   text NOT NULL CHECK (direction IN ('in', 'out')),
  source      text NOT NULL CHECK (source IN ('received', 'engine', 'phone', 'history')),
  -- Who wrote it: a chat id; null if WhatsApp did not say.
  author      text,
  -- In a group, the id of the person who wrote it.
  writer      text,
  from_name   text,
  -- As in message.received.
  type        text NOT NULL,
  text        text,
  -- {mime, filename, size}
  media       jsonb,
  -- The wire key of the message that it quotes or is about.
  reply_to    text,
  -- When it was written, by WhatsApp's clock.
  at          timestamptz(3) NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  edited_at   timestamptz(3),
  revoked_at  timestamptz(3),
  -- When it disappears from the chat.
  expires_at  timestamptz(3),
  PRIMARY KEY (wire_id, session_id, chat_id)
);
-- With mode, so that without statistics too nobody thinks of sorting a whole chat.
CREATE INDEX chat_messages_in_order ON chat_messages (who, mode, at, id);
CREATE INDEX chat_messages_by_age ON chat_messages (created_at);
CREATE INDEX chat_messages_to_forget ON chat_messages (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX chat_messages_by_writer ON chat_messages (writer) WHERE writer IS NOT NULL;

-- The chats of a session in which something was written. What is listed of them does not need their messages.
CREATE TABLE chats (
  who              text NOT NULL,
  session_id       text NOT NULL,
  mode             text NOT NULL CHECK (mode IN ('live', 'test')),
  -- That of the latest message.
  chat_id          text NOT NULL,
  -- The subject of a group, as far as it was told; people have their names in people.
  name             text,
  last_message_at  timestamptz(3) NOT NULL,
  unread_count     integer NOT NULL,
  PRIMARY KEY (who, mode, session_id)
);
CREATE INDEX chats_in_order ON chats (mode, last_message_at, who);
