-- The people whom an event of a group names, by whom erasing finds it without reading all others. By pattern, because no
-- text may keep an event from being stored.
CREATE FUNCTION people_in(data text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array(SELECT m[1] FROM regexp_matches(data, '"(per_[0-9A-Za-z]+)"', 'g') AS m)
$$;
DROP INDEX events_of_groups;
CREATE INDEX events_of_groups ON events USING gin (people_in(data)) WHERE type LIKE 'group.%';
