-- Which of a campaign's numbers have a chat with the recipient of a message that none of them has drawn yet, so that each
-- number finds its own among many. Null: none.
ALTER TABLE messages ADD COLUMN known_to text[];

UPDATE messages AS m SET known_to = (
  SELECT array_agg(id ORDER BY id) FROM (
    SELECT k.session_id AS id FROM campaigns AS c JOIN known_contacts AS k ON k.session_id = ANY(c.session_ids)
    WHERE c.id = m.campaign_id AND k.who = m.who ORDER BY md5(k.session_id || k.who) LIMIT 2) AS numbers)
WHERE m.session_id = m.campaign_id AND m.status IN ('scheduled', 'queued');

-- It begins with an expression that no other index has, so that a planner without statistics takes no other.
CREATE INDEX messages_to_draw ON messages (
    (CASE WHEN session_id = campaign_id THEN campaign_id END), coalesce(known_to, '{}'::text[]), priority, due_at, id)
  WHERE (session_id = campaign_id) IS TRUE AND status IN ('scheduled', 'queued') AND NOT held;
