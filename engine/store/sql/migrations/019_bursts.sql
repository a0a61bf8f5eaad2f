-- When the messages that one person writes in a row are told to a webhook as one event, message.burst:
-- {quiet_s, most_s, most_messages}; null if it did not register for that.
ALTER TABLE webhooks ADD COLUMN burst jsonb;
CREATE INDEX webhooks_with_bursts ON webhooks (mode) WHERE burst IS NOT NULL;

-- The only webhook that gets the event; null: all that want it.
ALTER TABLE events ADD COLUMN webhook_id text;

-- Messages of one person in one chat that were not told to a webhook yet. There are few, and each message changes one:
-- no index but the keys.
CREATE TABLE bursts (
  id          text PRIMARY KEY,
  webhook_id  text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  session_id  text NOT NULL,
  -- Who the chat is with: a person's id, or a group's chat id.
  who         text NOT NULL,
  -- The id of the person who wrote them, or who wrote them in a group if that is not a person.
  writer      text NOT NULL,
  opened_at   timestamptz(3) NOT NULL,
  -- When the last of them was received.
  last_at     timestamptz(3) NOT NULL,
  messages    integer NOT NULL,
  -- When to look whether it is told.
  look_at     timestamptz(3) NOT NULL,
  -- Not told before: messages that were missed while the link was down are still being read.
  held_until  timestamptz(3),
  UNIQUE (webhook_id, session_id, who, writer)
);

CREATE TABLE burst_messages (
  burst_id     text NOT NULL REFERENCES bursts ON DELETE CASCADE,
  wire_id      text NOT NULL,
  -- That of its row in inbound_messages.
  id           text NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  -- As message.received has it, JSON.
  data         text NOT NULL,
  -- What its writer has changed the text to.
  edited_text  text,
  PRIMARY KEY (burst_id, wire_id)
);
