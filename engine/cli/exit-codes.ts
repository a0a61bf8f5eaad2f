import { PartHung } from '../async/watchdog';
import { StoreMoved } from '../backup/refuse-moved';
import { ConfigError } from '../config';
import { EngineError } from '../errors';
import { WrongKey } from '../encryption/wrong-key';
import { UnreadableFolder } from '../store/embedded/postgres-major';
import { DiskFull } from '../store/sql/room';
import { DataFolderInUse, DataFolderLost } from '../data-folder/data-folder-lock';

/** Exit codes, for scripts and supervisors. A second signal ends the process with 128 plus the signal's number. */
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
  hung: 9,
} as const;

export type Outcome = keyof typeof EXIT;

/** What each code means, as help and documentation show it. */
export const EXIT_MEANINGS: Record<Outcome, string> = {
  ok: 'done, or stopped cleanly by SIGTERM or SIGINT',
  failed: 'something went wrong; the message says what',
  usage: 'an unknown, missing or wrong command or flag',
  bad_setting:
    'a setting or the encryption key cannot be used, or the data was moved; the message says which',
  data_folder_in_use: 'another engine uses this data folder, or the folder was removed while the engine ran',
  out_of_reach: 'PostgreSQL or Redis cannot be reached, or refuses the connection',
  port_taken: 'the port is taken, or this user may not use it',
  data_folder_unusable:
    'the data folder cannot be created or written, its disk is full, or another version of PostgreSQL wrote it',
  timed_out: 'link: no phone was linked in time',
  hung: 'a part of the engine answered nothing for 30 s; the message names it',
};

/** A command line that cannot be understood. The message is one line: what is wrong and how to fix it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A person did not do in time what the command waited for. The message says what, and how to go on. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export interface Failure {
  outcome: Outcome;
  /** One line: what is wrong and how to fix it. */
  message: string;
}

/** The exit code and the message for an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { outcome: 'usage', message: error.message };
  if (error instanceof TimedOut) return { outcome: 'timed_out', message: error.message };
  if (error instanceof ConfigError || error instanceof StoreMoved)
    return { outcome: 'bad_setting', message: error.message };
  if (error instanceof DataFolderInUse || error instanceof DataFolderLost)
    return { outcome: 'data_folder_in_use', message: error.message };
  if (error instanceof PartHung) return { outcome: 'hung', message: error.message };
  if (error instanceof WrongKey) return { outcome: 'bad_setting', message: error.message };
  if (error instanceof DiskFull || error instanceof UnreadableFolder)
    return { outcome: 'data_folder_unusable', message: error.message };
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
/** SQLSTATEs of a server that answers but refuses the connection: wrong password or user, no such database. */
const REFUSED_BY_SERVER = /^(28.{3}|3D000)$/;

function systemFailure(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { code = '', syscall, path, port, address, hostname } = error as SystemError;
  if (syscall === 'listen' && (code === 'EADDRINUSE' || code === 'EACCES')) {
    const [why, advice] =
      code === 'EACCES'
        ? ['needs more rights than this user has', 'Set BLUETICKS_PORT to a port above 1023.']
        : ['is taken by another program', 'Stop that program, or set BLUETICKS_PORT to another port.'];
    return {
      outcome: 'port_taken',
      message: `Port ${port} of ${address} ${why}. ${advice}`,
    };
  }
  if (syscall === 'listen' || (syscall === 'getaddrinfo' && hostname)) {
    return {
      outcome: 'bad_setting',
      message: `BLUETICKS_HOST is "${address ?? hostname}", which is not an address of this machine. Use one such as 127.0.0.1 or 0.0.0.0.`,
    };
  }
  if (REFUSED_BY_SERVER.test(code)) {
    return {
      outcome: 'out_of_reach',
      message: `DATABASE_URL: the server refuses the connection: ${oneLine(error)}.`,
    };
  }
  if (path && UNUSABLE_FOLDER.test(code)) {
    return {
      outcome: 'data_folder_unusable',
      message: `The data folder cannot be used: ${oneLine(error)}. Let this user write there, or set BLUETICKS_DATA_DIR to another folder.`,
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
