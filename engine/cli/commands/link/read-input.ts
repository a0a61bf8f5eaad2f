import { parseRecipient } from '../../../domain/messages/recipient';
import type { Invocation } from '../../command';
import { UsageError } from '../../exit-codes';

export interface LinkInput {
  name: string | null;
  /** E.164 number of the phone that the code is typed on; null to scan a QR code. */
  pairingPhone: string | null;
  sessionId: string | null;
  timeoutMs: number;
}

const MAX_NAME = 120;
const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 86_400;

/** @throws UsageError */
export function readLinkInput(flags: Invocation['flags']): LinkInput {
  const { name = null, session: sessionId = null } = flags;
  if (name !== null && name.length > MAX_NAME) {
    throw new UsageError(`--name has ${name.length} characters. Use ${MAX_NAME} at most.`);
  }
  if (name !== null && sessionId !== null) {
    throw new UsageError(
      '--name and --session do not go together. Use --name for a session by name, or --session for one by id.',
    );
  }
  return {
    name,
    sessionId,
    pairingPhone: readPairingPhone(flags['pairing-code']),
    timeoutMs: readTimeout(flags['timeout']),
  };
}

function readPairingPhone(text: string | undefined): string | null {
  if (text === undefined) return null;
  const parsed = parseRecipient(text);
  if (!parsed.ok) throw new UsageError(`--pairing-code ${parsed.message}`);
  if (parsed.phone === null)
    throw new UsageError('--pairing-code needs the phone’s number, for example +14155551234.');
  return parsed.phone;
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TIMEOUT_S * 1000;
  const seconds = Number(text);
  if (/^\d{1,5}$/.test(text) && seconds >= 1 && seconds <= LONGEST_TIMEOUT_S) return seconds * 1000;
  throw new UsageError(`--timeout is "${text}". Use a number of seconds from 1 to ${LONGEST_TIMEOUT_S}.`);
}
