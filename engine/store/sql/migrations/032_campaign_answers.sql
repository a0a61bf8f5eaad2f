-- What came of a campaign: the answer to each of its messages, and the opt-out. NULL in a row of an older process: 7 days.
ALTER TABLE campaigns ADD COLUMN reply_days smallint DEFAULT 7;
ALTER TABLE messages ADD COLUMN replied_at timestamptz, ADD COLUMN opted_out_at timestamptz;

-- Finds the newest campaign message that a person got.
CREATE INDEX messages_of_campaigns_sent ON messages (who, sent_at) WHERE campaign_id IS NOT NULL AND sent_at IS NOT NULL;
-- For counts and reports, which read only this index.
CREATE INDEX messages_campaign_answers ON messages (campaign_id, who) INCLUDE (sent_at, replied_at, opted_out_at)
  WHERE campaign_id IS NOT NULL AND (replied_at IS NOT NULL OR opted_out_at IS NOT NULL);
