-- When what a number receives is marked as read, for those who wrote it.
ALTER TABLE sessions ADD COLUMN mark_read text NOT NULL DEFAULT 'never'
  CHECK (mark_read IN ('never', 'on_reply', 'at_once'));
