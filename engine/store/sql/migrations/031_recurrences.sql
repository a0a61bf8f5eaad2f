-- Messages that repeat by a rule of RFC 5545. The next occurrence is a row of messages or campaigns, made ahead.
CREATE TABLE recurrences (
  id                   text PRIMARY KEY,
  mode                 text NOT NULL CHECK (mode IN ('live', 'test')),
  session_id           text NOT NULL,
  -- Either the person or chat that gets it, or an audience.
  recipient            text,
  chat_id              text,
  who                  text,
  audience_id          text,
  type                 text NOT NULL,
  text                 text,
  media                jsonb,
  poll                 jsonb,
  link_preview         jsonb,
  on_missing_variable  text NOT NULL CHECK (on_missing_variable IN ('fail', 'skip')),
  reference            text,
  send_window          jsonb,
  until_reply          boolean NOT NULL,
  only_while_bot       boolean NOT NULL,
  cancel_on_takeover   boolean NOT NULL,
  rrule                text NOT NULL,
  -- Local times in the zone, such as 2026-03-02T09:00:00. The last one is known if the rule has COUNT.
  start_local          text NOT NULL,
  timezone             text NOT NULL,
  exdates              jsonb NOT NULL,
  last_local           text,
  -- No occurrence is later than this, if the rule has UNTIL.
  until_at             timestamptz(3),
  status               text NOT NULL CHECK (status IN ('active', 'paused', 'ended', 'stopped_by_reply')),
  missed               integer NOT NULL,
  -- Every occurrence up to here is over, or has its message.
  passed_at            timestamptz(3) NOT NULL,
  -- The occurrence that is made: its moment, its message or campaign, and when it is missed. Null: none is.
  planned_at           timestamptz(3),
  planned_id           text,
  deadline_at          timestamptz(3),
  created_at           timestamptz(3) NOT NULL,
  ended_at             timestamptz(3),
  ended_reason         text,
  erased_at            timestamptz(3)
);
CREATE INDEX recurrences_by_mode ON recurrences (mode, id);
CREATE INDEX recurrences_due ON recurrences (coalesce(planned_at, passed_at)) WHERE status = 'active';
CREATE INDEX recurrences_by_who ON recurrences (who) WHERE who IS NOT NULL;
CREATE INDEX recurrences_by_audience ON recurrences (audience_id) WHERE audience_id IS NOT NULL;

ALTER TABLE messages ADD COLUMN recurrence_id text;
CREATE INDEX messages_by_recurrence ON messages (recurrence_id, id) WHERE recurrence_id IS NOT NULL;

-- A campaign of a recurrence takes the contacts that its audience has when it starts, and never starts after start_by.
ALTER TABLE campaigns ADD COLUMN recurrence_id text, ADD COLUMN start_by timestamptz(3);
CREATE INDEX campaigns_by_recurrence ON campaigns (recurrence_id) WHERE recurrence_id IS NOT NULL;
