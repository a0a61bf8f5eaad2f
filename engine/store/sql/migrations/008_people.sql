-- A person is one WhatsApp account under all its names: forms of a phone number, lids.

CREATE TABLE people (
  id          text PRIMARY KEY,
  mode        text NOT NULL CHECK (mode IN ('live', 'test')),
  -- The number that WhatsApp knows the person by: `14155551234@c.us`; null if only lids are known.
  phone       text,
  -- The name that they gave themselves on WhatsApp.
  name        text,
  created_at  timestamptz(3) NOT NULL
);
CREATE INDEX people_in_order ON people (mode, created_at, id);

-- What is known about names. A name without a row is the person whom it alone stands for (`own_id`).
CREATE TABLE person_names (
  mode        text NOT NULL,
  -- `14155551234@c.us` or `…@lid`
  name        text NOT NULL,
  own_id      text NOT NULL,
  person_id   text NOT NULL,
  PRIMARY KEY (mode, name)
);
CREATE INDEX person_names_by_own_id ON person_names (own_id);
CREATE INDEX person_names_by_person ON person_names (person_id);

-- Who a row is about: a person's id, or the chat id of a group or channel. Computed as in domain/people at the time of
-- this migration.
CREATE OR REPLACE FUNCTION pg_temp.who_of(mode text, chat_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN chat_id LIKE '%@c.us' OR chat_id LIKE '%@lid' THEN
    'per_' || left(encode(sha256(convert_to(mode || ':' ||
      regexp_replace(regexp_replace(regexp_replace(chat_id,
        '^55(\d{2})([6-9]\d{7})@c\.us$', '55\19\2@c.us'),
        '^521([2-9]\d{9})@c\.us$', '52\1@c.us'),
        '^54([1-8]\d{9})@c\.us$', '549\1@c.us'), 'UTF8')), 'hex'), 26)
  ELSE chat_id END
$$;

-- Which lids are which numbers, as far as it was looked up.
INSERT INTO person_names (mode, name, own_id, person_id)
  SELECT s.mode, n.name, pg_temp.who_of(s.mode, n.name), min(pg_temp.who_of(s.mode, k.chat_id))
  FROM known_accounts k JOIN sessions s ON s.id = k.session_id
  CROSS JOIN LATERAL (VALUES (k.asked), (k.chat_id)) AS n (name)
  WHERE k.chat_id IS NOT NULL AND k.asked <> k.chat_id
  GROUP BY s.mode, n.name
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION pg_temp.person_of(of_mode text, chat_id text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT person_id FROM person_names WHERE mode = of_mode AND name = chat_id),
    pg_temp.who_of(of_mode, chat_id))
$$;

ALTER TABLE messages ADD COLUMN who text;
UPDATE messages SET who = pg_temp.person_of(mode, chat_id);
ALTER TABLE messages ALTER COLUMN who SET NOT NULL;
DROP INDEX messages_by_chat;
CREATE INDEX messages_by_who ON messages (who, id);

-- When the person wrote it, by WhatsApp's clock.
ALTER TABLE inbound_messages ADD COLUMN who text, ADD COLUMN written_at timestamptz(3);
UPDATE inbound_messages SET who = pg_temp.person_of(mode, chat_id), written_at = created_at;
ALTER TABLE inbound_messages ALTER COLUMN who SET NOT NULL, ALTER COLUMN written_at SET NOT NULL;
CREATE INDEX inbound_messages_by_who ON inbound_messages (who, created_at);

ALTER TABLE sequences ADD COLUMN who text;
UPDATE sequences SET who = pg_temp.person_of(mode, chat_id);
ALTER TABLE sequences ALTER COLUMN who SET NOT NULL;
DROP INDEX sequences_active;
CREATE INDEX sequences_by_who ON sequences (who);

-- Each person is in an audience once. Of those who were in it twice, the first stays; campaigns that have not reached
-- the second one no longer count it.
ALTER TABLE contacts ADD COLUMN who text;
UPDATE contacts c SET who = pg_temp.person_of(a.mode, c.chat_id) FROM audiences a WHERE a.id = c.audience_id;
ALTER TABLE contacts ALTER COLUMN who SET NOT NULL;
ALTER TABLE contacts DROP CONSTRAINT contacts_audience_id_recipient_key;
CREATE TEMPORARY TABLE twice ON COMMIT DROP AS
  SELECT id, audience_id FROM (
    SELECT id, audience_id, row_number() OVER (PARTITION BY audience_id, who ORDER BY id) AS nth FROM contacts) AS c
  WHERE nth > 1;
UPDATE campaigns c SET total_count = c.total_count - t.gone FROM (
  SELECT c.id, count(*)::int AS gone FROM campaigns c JOIN twice t ON t.audience_id = c.audience_id
  WHERE c.status IN ('pending', 'running', 'paused') AND c.last_contact_id >= t.id
    AND (c.expanded_through IS NULL OR c.expanded_through < t.id) GROUP BY c.id) AS t
WHERE t.id = c.id;
UPDATE audiences a SET contact_count = a.contact_count - t.gone
  FROM (SELECT audience_id, count(*)::int AS gone FROM twice GROUP BY audience_id) AS t WHERE t.audience_id = a.id;
DELETE FROM contacts c USING twice t WHERE c.id = t.id;
CREATE UNIQUE INDEX contacts_once_a_person ON contacts (who, audience_id);

ALTER TABLE opt_outs ADD COLUMN who text;
UPDATE opt_outs SET who = pg_temp.person_of(mode, chat_id);
DELETE FROM opt_outs o USING opt_outs earlier
  WHERE earlier.mode = o.mode AND earlier.who = o.who AND (earlier.created_at, earlier.chat_id) < (o.created_at, o.chat_id);
ALTER TABLE opt_outs DROP CONSTRAINT opt_outs_pkey, ADD PRIMARY KEY (mode, who);
DROP INDEX opt_outs_in_order;
CREATE INDEX opt_outs_in_order ON opt_outs (mode, created_at, who);

INSERT INTO people (id, mode, phone, name, created_at)
  SELECT pg_temp.person_of(s.mode, k.chat_id), s.mode, min(k.chat_id) FILTER (WHERE k.chat_id LIKE '%@c.us'), min(k.name),
    min(k.since)
  FROM known_chats k JOIN sessions s ON s.id = k.session_id
  WHERE k.chat_id LIKE '%@c.us' OR k.chat_id LIKE '%@lid' GROUP BY 1, 2;
INSERT INTO person_names (mode, name, own_id, person_id)
  SELECT DISTINCT s.mode, k.chat_id, pg_temp.who_of(s.mode, k.chat_id), pg_temp.person_of(s.mode, k.chat_id)
  FROM known_chats k JOIN sessions s ON s.id = k.session_id
  WHERE k.chat_id LIKE '%@c.us' OR k.chat_id LIKE '%@lid'
ON CONFLICT DO NOTHING;

-- Whom a session has written to or heard from. People who are not in it are new contacts.
CREATE TABLE known_contacts (
  session_id  text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  who         text NOT NULL,
  since       timestamptz(3) NOT NULL,
  PRIMARY KEY (who, session_id)
);
INSERT INTO known_contacts (session_id, who, since)
  SELECT k.session_id, pg_temp.person_of(s.mode, k.chat_id), min(k.since)
  FROM known_chats k JOIN sessions s ON s.id = k.session_id GROUP BY 1, 2;
DROP TABLE known_chats;

-- For webhooks that want the events of one person: who the chat is with, and who wrote.
ALTER TABLE events ADD COLUMN who text, ADD COLUMN from_who text;
UPDATE webhooks SET filter = filter
  || CASE WHEN filter ? 'from' THEN
       jsonb_build_object('from_who', pg_temp.who_of(mode, ltrim(filter->>'from', '+') || '@c.us')) ELSE '{}' END
  || CASE WHEN filter ? 'chat_id' THEN
       jsonb_build_object('chat_who', pg_temp.who_of(mode, filter->>'chat_id')) ELSE '{}' END;
-- What was written about nobody's message is found by who wrote it. The rest is found by its message or sequence.
UPDATE events SET
  who = pg_temp.person_of(mode, chat_id),
  from_who = CASE WHEN type <> 'opt_out.created' THEN pg_temp.person_of(mode,
    coalesce(ltrim(data::jsonb->>'from', '+') || '@c.us', data::jsonb->>'author', chat_id)) END
WHERE chat_id IS NOT NULL AND type IN
  ('message.received', 'message.reaction', 'message.edited', 'message.revoked', 'poll.voted', 'opt_out.created');
