/**
 * The part of a pino logger that the engine uses. Never log keys, secrets, message texts or whole phone numbers. An id has
 * the name that it has in the API: `session_id`, `message_id`, `event_id`, `delivery_id`, `webhook_id`, `request_id`.
 */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log with `fields` in every line. */
export function logWith(log: Log, fields: object): Log {
  return {
    info: (more, message) => log.info({ ...fields, ...more }, message),
    warn: (more, message) => log.warn({ ...fields, ...more }, message),
    error: (more, message) => log.error({ ...fields, ...more }, message),
  };
}
