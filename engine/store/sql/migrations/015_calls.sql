-- What a session does when somebody calls its number.
ALTER TABLE sessions ADD COLUMN reject_calls boolean NOT NULL DEFAULT false, ADD COLUMN call_reply text;
