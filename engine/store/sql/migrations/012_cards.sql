-- A place, and the card of a contact: what messages of these types contain.
ALTER TABLE messages ADD COLUMN location jsonb, ADD COLUMN contact jsonb;
