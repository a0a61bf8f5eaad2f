-- {before or after, of, at, timezone, if_past, skipped}: send_at is relative to a moment of the client's; null: it is not.
ALTER TABLE messages ADD COLUMN moment jsonb;
