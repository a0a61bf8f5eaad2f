-- WhatsApp's own count of the new chats that a number has started, as last read; null if it is not known, or there is none.
ALTER TABLE sessions ADD COLUMN quota jsonb;
