-- What was kept long enough is removed. Which process looks for it, and when the next one does.
CREATE TABLE upkeep_turns (
  job         text PRIMARY KEY,
  -- Until then the process that has the turn works on it. It renews this.
  held_until  timestamptz(3),
  held_by     text,
  next_at     timestamptz(3)
);

-- Who needs a file, and which pending messages quote another one. Few rows have either.
CREATE INDEX messages_by_file ON messages ((media->>'file_id')) WHERE media->>'file_id' IS NOT NULL;
CREATE INDEX recurrences_by_file ON recurrences ((media->>'file_id')) WHERE media->>'file_id' IS NOT NULL;
CREATE INDEX messages_quoting ON messages (split_part(reply_to, '_', 3))
  WHERE reply_to IS NOT NULL AND status IN ('scheduled', 'queued');
CREATE INDEX messages_forwarding ON messages ((forward_of->>'inbound_id'))
  WHERE forward_of IS NOT NULL AND status IN ('scheduled', 'queued');
-- The webhooks that wait for answers about one reference.
CREATE INDEX webhooks_by_reference ON webhooks ((filter->>'reference')) WHERE filter->>'reference' IS NOT NULL;
