-- The engine's tables. Times come from the engine's clock (never from now()), so that tests can move it. Only leases use
-- the database's clock, because several machines must agree on it.

CREATE TABLE accounts (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  timezone    text NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  -- An engine has one account. Two processes that start at once must not create two.
  only_one    boolean NOT NULL DEFAULT true UNIQUE CHECK (only_one)
);

CREATE TABLE api_keys (
  id          text PRIMARY KEY,
  mode        text NOT NULL CHECK (mode IN ('live', 'test')),
  name        text,
  prefix      text NOT NULL,
  hash        text NOT NULL UNIQUE,
  scopes      text[] NOT NULL,
  -- 'local': given by the engine to the n8n on its machine, and replaced at every start.
  origin      text NOT NULL DEFAULT 'created' CHECK (origin IN ('created', 'local')),
  created_at  timestamptz(3) NOT NULL,
  revoked_at  timestamptz(3)
);

CREATE TABLE sessions (
  id            text PRIMARY KEY,
  mode          text NOT NULL CHECK (mode IN ('live', 'test')),
  name          text,
  phone         text,
  push_name     text,
  state         text NOT NULL,
  reason        text,
  connected_at  timestamptz(3),
  created_at    timestamptz(3) NOT NULL
);
-- The sandbox is one session of the test mode.
CREATE UNIQUE INDEX sessions_one_sandbox ON sessions (mode) WHERE mode = 'test';

CREATE TABLE session_leases (
  session_id  text PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
  owner       text NOT NULL,
  -- Grows with every change of owner. A claim with an older number is void.
  fence       bigint NOT NULL,
  expires_at  timestamptz NOT NULL
);

-- Bytes that came in a request (media.data_base64).
CREATE TABLE media_files (
  id          text PRIMARY KEY,
  bytes       bytea NOT NULL,
  created_at  timestamptz(3) NOT NULL
);

CREATE TABLE messages (
  id               text PRIMARY KEY,
  mode             text NOT NULL,
  session_id       text NOT NULL,
  from_phone       text,
  recipient        text NOT NULL,
  chat_id          text NOT NULL,
  type             text NOT NULL,
  text             text,
  media            jsonb,
  poll             jsonb,
  reply_to         text,
  mentions         jsonb,
  link_preview     jsonb,
  reference        text,
  priority         smallint NOT NULL,
  send_window      jsonb,
  cancel_on_reply  boolean NOT NULL DEFAULT false,
  campaign_id      text,
  sequence_id      text,
  status           text NOT NULL,
  failure_reason   text,
  wire_id          text NOT NULL UNIQUE,
  -- Grows with every edit.
  revision         integer NOT NULL DEFAULT 1,
  attempts         integer NOT NULL DEFAULT 0,
  -- Hand-overs that WhatsApp's server never acknowledged.
  unacknowledged   integer NOT NULL DEFAULT 0,
  send_at          timestamptz(3),
  -- When the lane should look at this row next: send_at, moved by the send window, a retry or the expiry.
  due_at           timestamptz(3) NOT NULL,
  expires_at       timestamptz(3),
  created_at       timestamptz(3) NOT NULL,
  handed_over_at   timestamptz(3),
  sent_at          timestamptz(3),
  delivered_at     timestamptz(3),
  read_at          timestamptz(3),
  failed_at        timestamptz(3),
  canceled_at      timestamptz(3)
);
-- For lanes: a session's pending rows by time.
CREATE INDEX messages_due ON messages (session_id, due_at) WHERE status IN ('scheduled', 'queued');
CREATE INDEX messages_expiring ON messages (expires_at)
  WHERE expires_at IS NOT NULL AND status IN ('scheduled', 'queued');
CREATE INDEX messages_on_the_way ON messages (session_id) WHERE status IN ('sending', 'delivered');
CREATE INDEX messages_by_chat ON messages (chat_id, id);
CREATE INDEX messages_by_reference ON messages (reference, id) WHERE reference IS NOT NULL;
CREATE INDEX messages_by_campaign ON messages (campaign_id, id) WHERE campaign_id IS NOT NULL;
CREATE INDEX messages_by_sequence ON messages (sequence_id, id) WHERE sequence_id IS NOT NULL;

CREATE TABLE inbound_messages (
  id          text PRIMARY KEY,
  mode        text NOT NULL,
  session_id  text NOT NULL,
  kind        text NOT NULL,
  chat_id     text NOT NULL,
  wire_id     text NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  -- WhatsApp may report a message twice; it is kept once.
  UNIQUE (session_id, chat_id, wire_id, kind)
);

CREATE TABLE idempotency_records (
  key_id       text NOT NULL,
  key          text NOT NULL,
  request_hash text NOT NULL,
  response     text,
  created_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (key_id, key)
);
CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at);

CREATE TABLE events (
  id           text PRIMARY KEY,
  mode         text NOT NULL,
  type         text NOT NULL,
  -- Text, not jsonb, so that every attempt posts the same bytes.
  data         text NOT NULL,
  subject_id   text,
  from_phone   text,
  chat_id      text,
  reference    text,
  is_reply     boolean NOT NULL DEFAULT false,
  created_at   timestamptz(3) NOT NULL
);
CREATE INDEX events_by_subject ON events (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX events_by_age ON events (created_at);

CREATE TABLE webhooks (
  id               text PRIMARY KEY,
  mode             text NOT NULL,
  url              text NOT NULL,
  -- As registered, with aliases; types holds their canonical names.
  events           text[] NOT NULL,
  types            text[] NOT NULL,
  description      text,
  filter           jsonb NOT NULL DEFAULT '{}',
  status           text NOT NULL CHECK (status IN ('enabled', 'disabled')),
  -- Decides whether events are kept meanwhile: with 'failures' they are, for 72 hours.
  disabled_by      text CHECK (disabled_by IN ('user', 'failures', 'limit')),
  disabled_at      timestamptz(3),
  sealed_secret    bytea NOT NULL,
  expires_at       timestamptz(3),
  max_deliveries   integer,
  delivered_count  integer NOT NULL DEFAULT 0,
  last_success_at  timestamptz(3),
  created_at       timestamptz(3) NOT NULL
);

CREATE TABLE deliveries (
  id               text PRIMARY KEY,
  event_id         text NOT NULL REFERENCES events ON DELETE CASCADE,
  webhook_id       text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  status           text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'held')),
  attempts         integer NOT NULL DEFAULT 0,
  next_attempt_at  timestamptz(3),
  -- Set during an attempt, so that no other process makes one.
  locked_until     timestamptz(3),
  response_status  integer,
  error            text,
  created_at       timestamptz(3) NOT NULL,
  first_attempt_at timestamptz(3),
  last_attempt_at  timestamptz(3),
  delivered_at     timestamptz(3)
);
-- For runners, which look at one webhook at a time, so that the backlog of one does not hold up another.
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX deliveries_held ON deliveries (webhook_id) WHERE status = 'held';
CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, id);
CREATE INDEX deliveries_by_event ON deliveries (event_id);
