-- Who has a chat: a person, since the owner of the number wrote in it or somebody took it over, or the bot.
CREATE TABLE takeovers (
  -- Who the chat is with: a person's id, or the chat id of a group or channel.
  who            text NOT NULL,
  session_id     text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  mode           text NOT NULL CHECK (mode IN ('live', 'test')),
  chat_id        text NOT NULL,
  -- A person has the chat since then; null: the bot has it.
  human_since    timestamptz(3),
  -- When the bot has it again; null: when it is given back.
  human_until    timestamptz(3),
  -- When somebody last gave it back. What was written on the phone before that changes nothing.
  given_back_at  timestamptz(3),
  PRIMARY KEY (who, session_id)
);
CREATE INDEX takeovers_ending ON takeovers (human_until) WHERE human_since IS NOT NULL;
CREATE INDEX takeovers_to_forget ON takeovers (given_back_at) WHERE human_since IS NULL;

-- For how many hours a chat is a person's after the owner wrote in it; 0: not at all.
ALTER TABLE sessions ADD COLUMN takeover_hours real NOT NULL DEFAULT 12;

-- What becomes of a message while a person has the chat: it waits, or it is canceled. May be null for processes that do
-- not know these columns yet.
ALTER TABLE messages ADD COLUMN only_while_bot boolean DEFAULT false, ADD COLUMN cancel_on_takeover boolean DEFAULT false;
CREATE INDEX messages_until_takeover ON messages (who)
  WHERE cancel_on_takeover AND status IN ('scheduled', 'queued');
ALTER TABLE campaigns ADD COLUMN only_while_bot boolean DEFAULT false, ADD COLUMN cancel_on_takeover boolean DEFAULT false;
