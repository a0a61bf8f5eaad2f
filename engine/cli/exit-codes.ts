import { ConfigError } from '../config';
import { EngineError } from '../errors';
import { DataFolderInUse, DataFolderLost } from '../data-folder/data-folder-lock';

/** What the process ends with, for scripts and supervisors. A second signal ends it with 128 and the signal's number. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  bad_setting: 3,
  data_folder_in_use: 4,
  out_of_reach: 5,
  port_taken: 6,
  data_folder_unusable: 7,
  timed_out: 8,
} as const;

export type Outcome = keyof typeof EXIT;

/** What each code means, as the help and the documentation show it. */
export const EXIT_MEANINGS: Record<Outcome, string> = {
  ok: 'done; or stopped by SIGTERM or SIGINT after what was under way had finished',
  failed: 'something is not as it must be: the message says what',
  usage: 'no such command or flag, or one that is missing or makes no sense',
  bad_setting: 'a variable or flag has a value that cannot be used: the message names it',
  data_folder_in_use: 'another engine works in this data folder, or it was removed under a running one',
  out_of_reach: 'PostgreSQL or Redis is out of reach, or refuses us',
  port_taken: 'the port is taken, or this user may not have it',
  data_folder_unusable: 'the data folder cannot be made or written, or its disk is full',
  timed_out: 'link: nobody linked a phone in the time that was given',
};

/** A command line that cannot be understood; the message is one line with the mend. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a person was asked to do was not done in time; the message says what, and the mend. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export interface Failure {
  outcome: Outcome;
  /** One line: what is wrong, and the mend. */
  message: string;
}

/** What to tell, and to end with, after `error`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { outcome: 'usage', message: error.message };
  if (error instanceof TimedOut) return { outcome: 'timed_out', message: error.message };
  if (error instanceof ConfigError) return { outcome: 'bad_setting', message: error.message };
  if (error instanceof DataFolderInUse || error instanceof DataFolderLost)
    return { outcome: 'data_folder_in_use', message: error.message };
  if (error instanceof EngineError) {
    const outcome = error.code === 'unavailable' ? 'out_of_reach' : 'failed';
    return { outcome, message: withCause(error) };
  }
  return systemFailure(error) ?? { outcome: 'failed', message: oneLine(error) };
}

interface SystemError extends Error {
  code?: string;
  syscall?: string;
  path?: string;
  port?: number;
  address?: string;
  hostname?: string;
}

const UNUSABLE_FOLDER = /^(EACCES|EPERM|EROFS|ENOSPC|EDQUOT|ENOTDIR|EEXIST|EIO|ENAMETOOLONG)$/;
/** SQLSTATEs of a server that answers and does not let us in: wrong password or user, no such database. */
const REFUSED_BY_SERVER = /^(28.{3}|3D000)$/;

function systemFailure(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { code = '', syscall, path, port, address, hostname } = error as SystemError;
  if (syscall === 'listen' && (code === 'EADDRINUSE' || code === 'EACCES')) {
    const why = code === 'EACCES' ? 'may not be used by this user' : 'is taken by another program';
    return {
      outcome: 'port_taken',
      message: `Port ${port} of ${address} ${why}; stop that program, or give another port with BLUETICKS_PORT.`,
    };
  }
  if (syscall === 'listen' || (syscall === 'getaddrinfo' && hostname)) {
    return {
      outcome: 'bad_setting',
      message: `BLUETICKS_HOST is "${address ?? hostname}", which is no address of this machine; give one such as 127.0.0.1 or 0.0.0.0`,
    };
  }
  if (REFUSED_BY_SERVER.test(code)) {
    return { outcome: 'out_of_reach', message: `DATABASE_URL: the server says: ${oneLine(error)}.` };
  }
  if (path && UNUSABLE_FOLDER.test(code)) {
    return {
      outcome: 'data_folder_unusable',
      message: `The data folder cannot be used: ${oneLine(error)}. Let this user write there, or give another with BLUETICKS_DATA_DIR.`,
    };
  }
  return null;
}

function withCause(error: Error): string {
  const { cause } = error;
  const reason = cause instanceof AggregateError ? cause.errors[0] : cause;
  return reason instanceof Error ? `${oneLine(error)} (${oneLine(reason)})` : oneLine(error);
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim();
}
