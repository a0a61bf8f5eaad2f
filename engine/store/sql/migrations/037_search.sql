-- An index of what the texts of messages contain. It is made in the background, so accepting a message costs nothing for
-- it. docs/decisions/search.md says why it is not one of PostgreSQL's.

-- Messages whose texts were indexed together: those after `first_id`, up to and including `last_id`.
CREATE TABLE search_segments (
  last_id    text PRIMARY KEY,
  first_id   text NOT NULL,
  number     integer NOT NULL UNIQUE,
  -- The last message of each block; null: the segment is still being made.
  block_ids  text[]
);

-- Which blocks of a segment have a text with this gram (domain/search-grams.ts): a bit for each.
CREATE TABLE search_grams (
  segment  integer NOT NULL,
  gram     integer NOT NULL,
  blocks   bytea NOT NULL,
  PRIMARY KEY (segment, gram)
);

-- Messages of segments whose text has changed since. A search looks at them itself, until the index knows.
CREATE TABLE search_changes (
  id  text PRIMARY KEY
);

-- Who changes the index takes the same lock, alone, so that no change is missed.
CREATE FUNCTION note_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(x'626c7373'::int);
  INSERT INTO blueticks.search_changes (id)
    SELECT NEW.id FROM blueticks.search_segments
    WHERE last_id = (SELECT min(last_id) FROM blueticks.search_segments WHERE last_id >= NEW.id) AND first_id < NEW.id
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER text_changed AFTER UPDATE OF text ON messages
  FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION note_search_change();
