-- Every new message needs to know which numbers can send, so processes cache that. This tells them when it changes.
CREATE FUNCTION tell_senders_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY blueticks_senders_changed;
  RETURN NULL;
END $$;

CREATE TRIGGER senders_changed AFTER INSERT OR DELETE OR UPDATE OF state, phone ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION tell_senders_changed();
