-- Sending to many people, and over days: audiences, campaigns, sequences, opt-outs, pacing.

CREATE TABLE audiences (
  id          text PRIMARY KEY,
  mode        text NOT NULL CHECK (mode IN ('live', 'test')),
  name        text NOT NULL,
  created_at  timestamptz(3) NOT NULL
);
CREATE INDEX audiences_by_mode ON audiences (mode, id);

CREATE TABLE contacts (
  id           text PRIMARY KEY,
  audience_id  text NOT NULL REFERENCES audiences ON DELETE CASCADE,
  recipient    text NOT NULL,
  chat_id      text NOT NULL,
  -- As given: {"first_name": "Ada"}. Names are matched without case.
  variables    jsonb NOT NULL DEFAULT '{}',
  added_at     timestamptz(3) NOT NULL,
  UNIQUE (audience_id, recipient)
);
-- Audience order: as they were added.
CREATE INDEX contacts_in_order ON contacts (audience_id, id);

CREATE TABLE campaigns (
  id                   text PRIMARY KEY,
  mode                 text NOT NULL,
  name                 text NOT NULL,
  audience_id          text NOT NULL REFERENCES audiences,
  session_id           text NOT NULL,
  from_phone           text,
  status               text NOT NULL
    CHECK (status IN ('pending', 'running', 'paused', 'complete_sent', 'complete_delivered', 'aborted')),
  text                 text,
  media                jsonb,
  on_missing_variable  text NOT NULL CHECK (on_missing_variable IN ('fail', 'skip')),
  footer               text,
  send_at              timestamptz(3),
  send_window          jsonb,
  pacing               jsonb,
  -- Its contacts are those that were in the audience when it was created: ids up to this one.
  last_contact_id      text,
  -- Messages are created in the order of the contacts, a few hundred at a time. Contacts up to this id have theirs.
  expanded_through     text,
  expanded_all         boolean NOT NULL DEFAULT false,
  -- How many contacts it has. Never grows; shrinks by contacts that are removed before their message is created.
  total_count          integer NOT NULL,
  paused_reason        text,
  created_at           timestamptz(3) NOT NULL,
  started_at           timestamptz(3),
  completed_at         timestamptz(3),
  aborted_at           timestamptz(3)
);
CREATE INDEX campaigns_by_mode ON campaigns (mode, id);
CREATE INDEX campaigns_active ON campaigns (session_id) WHERE status IN ('pending', 'running', 'paused', 'complete_sent');
CREATE INDEX campaigns_by_audience ON campaigns (audience_id);

CREATE TABLE sequences (
  id             text PRIMARY KEY,
  mode           text NOT NULL,
  session_id     text NOT NULL,
  recipient      text NOT NULL,
  chat_id        text NOT NULL,
  reference      text,
  timezone       text NOT NULL,
  stop_on_reply  boolean NOT NULL,
  step_count     integer NOT NULL,
  status         text NOT NULL CHECK (status IN ('active', 'stopped_by_reply', 'canceled', 'completed')),
  created_at     timestamptz(3) NOT NULL,
  ended_at       timestamptz(3)
);
CREATE INDEX sequences_by_mode ON sequences (mode, id);
CREATE INDEX sequences_active ON sequences (session_id, chat_id) WHERE status = 'active';

-- People who wrote a stop word, or were added through the API.
CREATE TABLE opt_outs (
  mode        text NOT NULL,
  chat_id     text NOT NULL,
  recipient   text NOT NULL,
  source      text NOT NULL CHECK (source IN ('reply', 'api')),
  created_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (mode, chat_id)
);
CREATE INDEX opt_outs_in_order ON opt_outs (mode, created_at, chat_id);

ALTER TABLE sessions
  -- What its user set with PATCH; for the rest, the defaults hold.
  ADD COLUMN pacing jsonb NOT NULL DEFAULT '{}',
  -- The warm-up counts from here.
  ADD COLUMN linked_at timestamptz(3),
  -- How far the engine has slowed its pacing down, since when, and why.
  ADD COLUMN slowdown jsonb;

ALTER TABLE messages
  ADD COLUMN contact_id text,
  -- Number of a sequence's step, from 1.
  ADD COLUMN step integer,
  -- Its campaign is paused: the lane skips it until the campaign goes on.
  ADD COLUMN held boolean NOT NULL DEFAULT false,
  -- Nothing had been written in this chat when it was handed over.
  ADD COLUMN new_contact boolean NOT NULL DEFAULT false;
-- Each contact of a campaign gets one message, whatever happens.
CREATE UNIQUE INDEX messages_once_a_contact ON messages (campaign_id, contact_id) WHERE contact_id IS NOT NULL;
-- What pacing counts.
CREATE INDEX messages_handed_over ON messages (session_id, handed_over_at) WHERE handed_over_at IS NOT NULL;
DROP INDEX messages_due;
CREATE INDEX messages_due ON messages (session_id, due_at) WHERE status IN ('scheduled', 'queued') AND NOT held;
