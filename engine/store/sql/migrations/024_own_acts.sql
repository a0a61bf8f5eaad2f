-- Wire ids of what the engine sends that is not a message of its own, such as an edit: another device of the account gets a
-- copy, which must not be taken for something that the owner did on the phone. Kept for as long as WhatsApp keeps copies.
CREATE TABLE own_acts (
  wire_id     text PRIMARY KEY,
  created_at  timestamptz(3) NOT NULL
);
CREATE INDEX own_acts_by_age ON own_acts (created_at);
