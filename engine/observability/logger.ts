import pino, { type Logger } from 'pino';
import type { LogLevel } from '../config';
import { logOutput } from './log-output';
import { logPath } from '../data-folder/log-path';

/**
 * The engine's log: JSON lines on standard error, since standard output belongs to the commands. Errors are reduced to
 * what is safe to log: drivers put a statement's parameters (texts, phone numbers) into theirs.
 * @param dataDir the data folder, whose log standard error may be
 */
export function createLogger(level: LogLevel, dataDir?: string): Logger {
  const options = { level, serializers: { err: safeError }, redact: REDACTED };
  return pino(options, logOutput(dataDir === undefined ? undefined : logPath(dataDir)));
}

const REDACTED = [
  'authorization',
  '*.authorization',
  'headers',
  '*.headers',
  'text',
  '*.text',
  'secret',
  '*.secret',
];

function safeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message.replace(/\+?\d{7,}/g, (digits) => `${digits.slice(0, 4)}…`),
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack?.split('\n').slice(1, 8).join('\n'),
  };
}
