-- What the account did to messages that were in a chat already.
ALTER TABLE messages ADD COLUMN edited_at timestamptz(3), ADD COLUMN revoked_at timestamptz(3);
-- Our own reaction; null for none.
ALTER TABLE chat_messages ADD COLUMN own_reaction text, ADD COLUMN pinned_until timestamptz(3);
