-- {inbound_id}: the message is forwarded: the one that was received with this id, or for null a copy of one of our own.
ALTER TABLE messages ADD COLUMN forward_of jsonb;
