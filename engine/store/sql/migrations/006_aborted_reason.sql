-- Why a campaign was aborted, where it was not its user who canceled it.
ALTER TABLE campaigns ADD COLUMN aborted_reason text;
