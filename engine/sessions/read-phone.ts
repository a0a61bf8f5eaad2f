import { parseRecipient } from '../domain/messages/recipient';
import { invalidRequest } from '../errors';

/**
 * Reads a phone number: spaces, dashes and brackets are forgiven.
 * @param path the field that it came in, for the fault.
 * @returns E.164
 * @throws EngineError `invalid_request`
 */
export function readPhone(text: string, path: string): string {
  const parsed = parseRecipient(text);
  if (parsed.ok && parsed.phone !== null) return parsed.phone;
  const message = parsed.ok ? 'is not a phone number. Use a number such as +14155551234.' : parsed.message;
  throw invalidRequest([{ path, code: 'invalid_phone', message }]);
}
