-- Messages that came without their content. It comes later, from the sender or from our own phone; if it does not, the
-- engine says at tell_at what it knows.
CREATE TABLE awaited_messages (
  session_id  text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  wire_id     text NOT NULL,
  chat_id     text NOT NULL,
  -- Who the chat is with: a person's id, or a group's chat id.
  who         text NOT NULL,
  id          text NOT NULL,
  -- As in inbound_messages, for what an answer ends.
  kind        text NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  written_at  timestamptz(3) NOT NULL,
  -- What can be said without the content, encrypted.
  sealed      bytea NOT NULL,
  tell_at     timestamptz(3) NOT NULL,
  PRIMARY KEY (session_id, wire_id)
);
CREATE INDEX awaited_messages_due ON awaited_messages (tell_at);
CREATE INDEX awaited_messages_by_who ON awaited_messages (who);

-- It was told without its content. If that comes after all, it is told again.
ALTER TABLE inbound_messages ADD COLUMN without_content boolean NOT NULL DEFAULT false;
