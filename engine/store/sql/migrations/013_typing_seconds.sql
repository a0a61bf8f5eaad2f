-- How long "typing…" is shown before a message; null: as the session's pacing says.
ALTER TABLE messages ADD COLUMN typing_seconds real;
