-- Events of groups name several people. A person who is erased is taken out of them.
CREATE INDEX events_of_groups ON events (id) WHERE type LIKE 'group.%';
