import { flagOf, VARIABLES, type Variable } from '../config';
import type { Command } from './command';

const ALL_SETTINGS = Object.keys(VARIABLES) as Variable[];
const STORE_SETTINGS: Variable[] = ['BLUETICKS_DATA_DIR', 'DATABASE_URL'];

export const DEFAULT_COMMAND = 'serve';

/** Every command, in the order that help shows them in. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    summary: 'run the engine until SIGTERM or SIGINT (the default)',
    flags: {},
    settings: ALL_SETTINGS,
    load: async () => (await import('./commands/serve.js')).run,
  },
  {
    name: 'link',
    summary: 'link your WhatsApp number: shows a QR code, or a code to type, and waits for the phone',
    flags: {
      name: { value: 'NAME', about: 'a name for the session' },
      'pairing-code': { value: '+14155551234', about: 'a code to type on that phone instead of a QR code' },
      session: {
        value: 'SESSION_ID',
        about: 'the session to link; by default one without a number, or a new one',
      },
      timeout: { value: 'SECONDS', about: 'how long to wait for the phone (300)' },
    },
    settings: [...STORE_SETTINGS, 'REDIS_URL', 'BLUETICKS_ENCRYPTION_KEY', 'BLUETICKS_WA_SOCKET_URL'],
    load: async () => (await import('./commands/link/link.js')).run,
  },
  {
    name: 'keys create',
    summary: 'create an API key, which is shown only once',
    flags: {
      mode: { value: 'live|test', about: 'test keys send through the sandbox only' },
      name: { value: 'NAME', about: 'what the key is for' },
      scopes: { value: "a,b|'*'", about: "what the key may do ('*': everything)" },
    },
    settings: STORE_SETTINGS,
    load: async () => (await import('./commands/keys.js')).create,
  },
  {
    name: 'keys list',
    summary: 'show all keys, without their secret part',
    flags: {},
    settings: STORE_SETTINGS,
    load: async () => (await import('./commands/keys.js')).list,
  },
  {
    name: 'keys revoke',
    summary: 'revoke a key at once',
    argument: 'KEY_ID',
    flags: {},
    settings: STORE_SETTINGS,
    load: async () => (await import('./commands/keys.js')).revokeOne,
  },
  {
    name: 'audiences import',
    summary: 'add the contacts of a CSV file to a new or existing audience',
    flags: {
      file: {
        value: 'FILE',
        about: 'CSV in UTF-8; its header names a column to (or phone), the rest are variables',
      },
      name: { value: 'NAME', about: 'the name of a new audience' },
      mode: { value: 'live|test', about: 'the mode of a new audience (live)' },
      audience: { value: 'ID', about: 'add to this audience' },
      'on-error': { value: 'skip|abort', about: 'on a bad row: skip it, or import nothing (abort)' },
    },
    settings: STORE_SETTINGS,
    load: async () => (await import('./commands/audiences-import.js')).run,
  },
  {
    name: 'backup',
    summary: 'write everything to a file, also while the engine runs',
    argument: 'FILE',
    flags: {
      'without-key': { about: 'leave the encryption key out of the file; restoring then needs it' },
      pglite: {
        value: 'FOLDER',
        about: 'open the embedded database with the PGlite package in FOLDER: for one of an older PostgreSQL',
      },
    },
    settings: [...STORE_SETTINGS, 'BLUETICKS_ENCRYPTION_KEY'],
    load: async () => (await import('./commands/backup.js')).run,
  },
  {
    name: 'restore',
    summary: 'load a backup into an empty data folder or database',
    argument: 'FILE',
    flags: {
      due: {
        value: 'expire|send',
        about: 'messages that came due since the backup: expire, because they may have been sent (expire)',
      },
    },
    settings: [...STORE_SETTINGS, 'BLUETICKS_ENCRYPTION_KEY'],
    load: async () => (await import('./commands/restore.js')).run,
  },
  {
    name: 'move',
    summary: 'move everything to an empty PostgreSQL database; may be interrupted',
    flags: {
      to: { value: 'DATABASE_URL', about: 'where to move to' },
      undo: { about: 'give up a move: the engine may start on this store again' },
    },
    settings: STORE_SETTINGS,
    load: async () => (await import('./commands/move.js')).run,
  },
  {
    name: 'doctor',
    summary: 'check this machine and its settings, and say how to fix problems',
    flags: {},
    settings: ALL_SETTINGS,
    load: async () => (await import('./commands/doctor/doctor.js')).run,
  },
  {
    name: 'demo',
    summary: 'schedule, edit and cancel messages to simulated recipients (half a minute)',
    flags: {},
    settings: [],
    load: async () => (await import('./commands/demo/demo.js')).run,
  },
];

/** The setting that each flag stands for. */
export const SETTING_OF_FLAG: ReadonlyMap<string, Variable> = new Map(
  ALL_SETTINGS.map((variable) => [flagOf(variable), variable]),
);
