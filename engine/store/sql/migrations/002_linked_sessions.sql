-- What linked WhatsApp numbers need.

ALTER TABLE sessions
  -- The text of the QR code to scan now, while the session is being linked.
  ADD COLUMN qr text,
  ADD COLUMN qr_expires_at timestamptz(3),
  -- Until then WhatsApp lets this number write only to people it knows; null if it is not restricted or WhatsApp did not say.
  ADD COLUMN restricted_until timestamptz(3),
  -- The state in the last event, so that a link that fails again and again is reported once.
  ADD COLUMN told_state text;

-- What a link needs after a restart: credentials, Signal keys, files already uploaded. One row for each key.
CREATE TABLE session_keys (
  session_id  text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  type        text NOT NULL,
  id          text NOT NULL,
  sealed      bytea NOT NULL,
  updated_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (session_id, type, id)
);
CREATE INDEX session_keys_uploads ON session_keys (updated_at) WHERE type = 'upload';

-- A replica's request to the process that owns a session, and its answer. Read once, and deleted within the hour.
CREATE TABLE session_requests (
  id            text PRIMARY KEY,
  session_id    text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  request       jsonb NOT NULL,
  answer        jsonb,
  created_at    timestamptz(3) NOT NULL,
  answered_at   timestamptz(3)
);
CREATE INDEX session_requests_open ON session_requests (session_id, id) WHERE answered_at IS NULL;

-- The account behind a number or a lid. WhatsApp is asked once; the answer holds for a while.
CREATE TABLE known_accounts (
  session_id  text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  -- As written to: `5511987654321@c.us`, or `…@lid`.
  asked       text NOT NULL,
  -- The account's own chat id, which may have other digits (Brazil, Mexico); null: not on WhatsApp.
  chat_id     text,
  checked_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (session_id, asked)
);
CREATE INDEX known_accounts_by_chat ON known_accounts (session_id, chat_id) WHERE chat_id IS NOT NULL;

-- Chats in which either side has written something. People in other chats are new contacts.
CREATE TABLE known_chats (
  session_id  text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  chat_id     text NOT NULL,
  since       timestamptz(3) NOT NULL,
  PRIMARY KEY (session_id, chat_id)
);

-- The message as WhatsApp sent it, encrypted, so that it can be quoted and its file fetched.
ALTER TABLE inbound_messages ADD COLUMN sealed_content bytea;
CREATE INDEX inbound_messages_by_age ON inbound_messages (created_at) WHERE sealed_content IS NOT NULL;
