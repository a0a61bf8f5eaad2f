/** The part of a pino logger that the engine uses. Never log keys, secrets, message texts or whole phone numbers. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
