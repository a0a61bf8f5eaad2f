-- Many messages are due and wait: a paced campaign of 100,000 takes weeks.

-- In the order in which a lane claims them.
CREATE INDEX messages_in_turn ON messages (session_id, priority, due_at, id)
  WHERE status IN ('scheduled', 'queued') AND NOT held;
-- Due, and without a message.queued event yet.
CREATE INDEX messages_untold ON messages (session_id, due_at) WHERE status = 'scheduled' AND NOT held;
