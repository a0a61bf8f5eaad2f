-- Whoever remembers which numbers can send hears when that is another: it is asked for by every new message.
CREATE FUNCTION tell_senders_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY blueticks_senders_changed;
  RETURN NULL;
END $$;

CREATE TRIGGER senders_changed AFTER INSERT OR DELETE OR UPDATE OF state, phone ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION tell_senders_changed();
