-- Audiences of many contacts, and campaigns that are looked at often.

-- Kept beside the contacts, under the lock that every change of them takes: counting 100,000 rows for a list is slow.
ALTER TABLE audiences ADD COLUMN contact_count integer NOT NULL DEFAULT 0;
UPDATE audiences a SET contact_count = (SELECT count(*) FROM contacts c WHERE c.audience_id = a.id);

-- A campaign that is over keeps the id of its audience, which may go.
ALTER TABLE campaigns DROP CONSTRAINT campaigns_audience_id_fkey;

-- What counts and progress are read from, without the rows themselves.
CREATE INDEX messages_campaign_progress ON messages (campaign_id, status) INCLUDE (sent_at, delivered_at, read_at)
  WHERE campaign_id IS NOT NULL;

-- The name that the other side of a chat goes by on WhatsApp, for {whatsappname}.
ALTER TABLE known_chats ADD COLUMN name text;
