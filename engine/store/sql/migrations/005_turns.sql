-- Many due messages that wait for their turn: a paced campaign of 100,000 is due for weeks.

-- In the order in which a lane takes them.
CREATE INDEX messages_in_turn ON messages (session_id, priority, due_at, id)
  WHERE status IN ('scheduled', 'queued') AND NOT held;
-- Due, and not told as queued yet.
CREATE INDEX messages_untold ON messages (session_id, due_at) WHERE status = 'scheduled' AND NOT held;
