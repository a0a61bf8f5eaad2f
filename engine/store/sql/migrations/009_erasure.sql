-- Erasing what is stored about a person.

-- An erased message or sequence stays as a row, for the counts: without text, name, number and files.
ALTER TABLE messages ADD COLUMN erased_at timestamptz(3);
ALTER TABLE sequences ADD COLUMN erased_at timestamptz(3);

-- An erased person who had opted out stays opted out. Nobody can tell from a row who that is: a person's id is a hash of
-- their number, and here it is hashed again, with a salt.
CREATE TABLE erased_opt_outs (
  mode     text NOT NULL,
  hash     text NOT NULL,
  -- The same for all ids of one person.
  erasure  text NOT NULL,
  PRIMARY KEY (mode, hash)
);
CREATE INDEX erased_opt_outs_by_erasure ON erased_opt_outs (erasure);
CREATE TABLE erasure_salt (
  only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  salt      text NOT NULL
);
INSERT INTO erasure_salt (salt) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

-- The events of a person: what they wrote, and what is about neither a message nor a sequence.
CREATE INDEX events_by_writer ON events (from_who) WHERE from_who IS NOT NULL;
CREATE INDEX events_without_subject ON events (who) WHERE subject_id IS NULL;
