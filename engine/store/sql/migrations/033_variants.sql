-- Several texts of one campaign, and which of them a message has: its place among them, from 0.
ALTER TABLE campaigns ADD COLUMN variants jsonb;
ALTER TABLE messages ADD COLUMN variant smallint;

DROP INDEX messages_campaign_progress;
CREATE INDEX messages_campaign_progress ON messages (campaign_id, status)
  INCLUDE (sent_at, delivered_at, read_at, variant) WHERE campaign_id IS NOT NULL;
