import { flagOf, VARIABLES, type Variable } from '../config';
import type { Command } from './command';

const ALL_SETTINGS = Object.keys(VARIABLES) as Variable[];
const STORE_SETTINGS: Variable[] = ['BLUETICKS_DATA_DIR', 'DATABASE_URL'];

export const DEFAULT_COMMAND = 'serve';

/** Every command, in the order in which help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    summary: 'run the engine until SIGTERM or SIGINT (the default)',
    flags: {},
    settings: ALL_SETTINGS,
    load: () => import('./serve.js'),
  },
  {
    name: 'link',
    summary: 'link your WhatsApp number: shows a QR code, or a code to type, and waits for the phone',
    flags: {
      name: { value: 'NAME', about: 'what to call the session' },
      'pairing-code': { value: '+14155551234', about: 'a code to type on that phone instead of a QR code' },
      session: {
        value: 'SESSION_ID',
        about: 'the session to link; otherwise one without a number, or a new one',
      },
      timeout: { value: 'SECONDS', about: 'how long to wait for the phone (300)' },
    },
    settings: [...STORE_SETTINGS, 'REDIS_URL', 'BLUETICKS_ENCRYPTION_KEY', 'BLUETICKS_WA_SOCKET_URL'],
    load: () => import('./link.js'),
  },
  {
    name: 'keys create',
    summary: 'make an API key; it is shown this once',
    flags: {
      mode: { value: 'live|test', about: 'test keys send through the sandbox only' },
      name: { value: 'NAME', about: 'what the key is for' },
      scopes: { value: "a,b|'*'", about: "what the key may do ('*': everything)" },
    },
    settings: STORE_SETTINGS,
    load: () => import('./keys-create.js'),
  },
  {
    name: 'keys list',
    summary: 'show the keys, without their secret part',
    flags: {},
    settings: STORE_SETTINGS,
    load: () => import('./keys-list.js'),
  },
  {
    name: 'keys revoke',
    summary: 'end a key at once',
    argument: 'KEY_ID',
    flags: {},
    settings: STORE_SETTINGS,
    load: () => import('./keys-revoke.js'),
  },
  {
    name: 'audiences import',
    summary: 'add the contacts of a CSV file to an audience, a new one or one that there is',
    flags: {
      file: {
        value: 'FILE',
        about: 'CSV in UTF-8; its header names a column to (or phone), the rest are variables',
      },
      name: { value: 'NAME', about: 'of a new audience' },
      mode: { value: 'live|test', about: 'of a new audience (live)' },
      audience: { value: 'ID', about: 'add to this audience' },
      'on-error': { value: 'skip|abort', about: 'a bad row: leave it out, or take nothing (abort)' },
    },
    settings: STORE_SETTINGS,
    load: () => import('./audiences-import.js'),
  },
  {
    name: 'doctor',
    summary: 'check this machine and its settings, and say how to mend what is wrong',
    flags: {},
    settings: ALL_SETTINGS,
    load: () => import('./doctor.js'),
  },
  {
    name: 'demo',
    summary: 'schedule, edit and cancel messages to simulated recipients; half a minute',
    flags: {},
    settings: [],
    load: () => import('./demo.js'),
  },
];

/** The variable that a flag stands for. */
export const SETTING_OF_FLAG: ReadonlyMap<string, Variable> = new Map(
  ALL_SETTINGS.map((variable) => [flagOf(variable), variable]),
);
