-- The audience that sees a status, which is a message to status@broadcast.
ALTER TABLE messages ADD COLUMN audience_id text;
CREATE INDEX messages_by_audience ON messages (audience_id) WHERE audience_id IS NOT NULL;
