-- For audiences with many contacts, and campaigns that are read often.

-- Stored, because counting 100,000 rows for a list is slow. Every change of the contacts locks the audience first.
ALTER TABLE audiences ADD COLUMN contact_count integer NOT NULL DEFAULT 0;
UPDATE audiences a SET contact_count = (SELECT count(*) FROM contacts c WHERE c.audience_id = a.id);

-- A finished campaign keeps the id of its audience, which may be deleted.
ALTER TABLE campaigns DROP CONSTRAINT campaigns_audience_id_fkey;

-- For counts and progress, which read only this index.
CREATE INDEX messages_campaign_progress ON messages (campaign_id, status) INCLUDE (sent_at, delivered_at, read_at)
  WHERE campaign_id IS NOT NULL;

-- The WhatsApp name of the other person in a chat, for {whatsappname}.
ALTER TABLE known_chats ADD COLUMN name text;
