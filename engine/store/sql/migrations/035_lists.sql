-- Lists, of one mode and often of one status, in their order.
CREATE INDEX messages_in_order ON messages (mode, status, id);
DROP INDEX sequences_by_mode;
CREATE INDEX sequences_in_order ON sequences (mode, status, id);
CREATE INDEX sequences_by_reference ON sequences (reference, id) WHERE reference IS NOT NULL;
DROP INDEX recurrences_by_mode;
CREATE INDEX recurrences_in_order ON recurrences (mode, status, id);
CREATE INDEX recurrences_by_reference ON recurrences (reference, id) WHERE reference IS NOT NULL;
