/** `kind` of what a shared history brought, in `inbound_messages`: it is nobody's answer. */
export const OLDER_KIND = 'history';

/** SQL: with the rows of `chat_messages` that are `gone`, what is kept of those that a shared history brought. */
export const AND_ITS_CONTENT = `DELETE FROM inbound_messages AS i USING gone
  WHERE gone.source = 'history' AND i.id = gone.id AND i.kind = '${OLDER_KIND}'`;
