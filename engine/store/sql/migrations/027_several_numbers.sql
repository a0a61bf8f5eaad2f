-- The numbers that send a campaign together: their sessions, and E.164 in the same order. Null: the one in session_id.
-- Until a number draws it, a message of such a campaign has the campaign's id in place of a session's.
ALTER TABLE campaigns ADD COLUMN session_ids text[], ADD COLUMN from_phones text[];
