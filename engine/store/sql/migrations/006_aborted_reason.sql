-- Why a campaign was aborted; null if its user canceled it.
ALTER TABLE campaigns ADD COLUMN aborted_reason text;
