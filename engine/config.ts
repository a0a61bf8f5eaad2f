import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { readTraceSettings, type TraceSettings } from './domain/trace-settings';
import { foldWord, START_WORDS, STOP_WORDS } from './domain/people/stop-words';

/** The engine's settings, read once at the start from flags and environment. */
export interface EngineConfig {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Where clients reach the engine, for URLs in events; null for the address that it listens on. */
  publicUrl: string | null;
  dataDir: string;
  /** Null: embedded PGlite in the data folder. */
  databaseUrl: string | null;
  /** Null: BullMQ runs on the database. */
  redisUrl: string | null;
  /** 64 hex digits; null: created once in the data folder. */
  encryptionKey: string | null;
  pacing: 'on' | 'off';
  logLevel: LogLevel;
  /** Tests only: another WhatsApp server. */
  waSocketUrl: string | null;
  allowPrivateMedia: boolean;
  webhookTargets: 'any' | 'public' | string[];
  /** Divides the sandbox's delays. */
  sandboxSpeed: number;
  /** Requests per minute for each key; null for no limit. */
  rateLimit: number | null;
  /** Addresses and networks of reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** The most that each mode may have. */
  maxSessions: number;
  maxWebhooks: number;
  /** How many days the history of chats is kept; 0: there is none. */
  historyDays: number;
  /** How many days messages and what belongs to them are kept after their end; null: forever. */
  retentionDays: number | null;
  /** Words that opt a person out of campaigns and sequences, or back in, and the reply to an opt-out. */
  optOuts: { stop: readonly string[]; start: readonly string[]; reply: string | null };
  /** Where traces go; null: there are none. */
  tracing: TraceSettings | null;
}

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting that cannot be used. Its message is one line: the variable, what is wrong, what to do. */
export class ConfigError extends Error {
  /**
   * @param fault continues the variable's name: `is "x", which is not a valid port`
   * @param fix a sentence: `Use a number from 0 to 65535.`
   */
  constructor(
    readonly variable: string,
    fault: string,
    fix: string,
  ) {
    super(`${variable} ${fault}. ${fix}`);
    this.name = 'ConfigError';
  }
}

type Reader<T> = (value: string, variable: string) => T;

const port: Reader<number> = (value, variable) => {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number <= 65_535) return number;
  throw new ConfigError(
    variable,
    `is "${value}", which is not a valid port`,
    'Use a number from 0 to 65535.',
  );
};

const positive: Reader<number> = (value, variable) => {
  const number = Number(value);
  if (/^\d+(\.\d+)?$/.test(value) && number > 0 && number <= 1_000_000) return number;
  throw new ConfigError(
    variable,
    `is "${value}", which is not a positive number`,
    'Use one such as 1 or 20.',
  );
};

function url(...protocols: string[]): Reader<string> {
  return (value, variable) => {
    const fix = `It must start with ${protocols.map((p) => `${p}//`).join(' or ')}.`;
    if (!URL.canParse(value)) throw new ConfigError(variable, 'is not a URL', fix);
    if (!protocols.includes(new URL(value).protocol)) {
      throw new ConfigError(variable, `starts with "${new URL(value).protocol}//"`, fix);
    }
    return value;
  };
}

function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (value, variable) => {
    const word = words.find((candidate) => candidate === value);
    if (word) return word;
    throw new ConfigError(variable, `is "${value}"`, `Use one of: ${words.join(', ')}.`);
  };
}

const encryptionKey: Reader<string> = (value, variable) => {
  if (/^[0-9a-fA-F]{64}$/.test(value)) return value.toLowerCase();
  // The value is a secret: only its length may be shown.
  throw new ConfigError(
    variable,
    `has ${value.length} characters, not 64 hex digits`,
    'Create a key with: openssl rand -hex 32',
  );
};

const yesNo: Reader<boolean> = (value, variable) => {
  if (['true', '1', 'yes'].includes(value)) return true;
  if (['false', '0', 'no'].includes(value)) return false;
  throw new ConfigError(variable, `is "${value}"`, 'Use true or false.');
};

const targets: Reader<'any' | 'public' | string[]> = (value, variable) => {
  if (value === 'any' || value === 'public') return value;
  const hosts = value.split(',').map((host) => host.trim().toLowerCase());
  const bad = hosts.find(
    (host) => !/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/.test(host),
  );
  if (bad === undefined) return hosts;
  throw new ConfigError(
    variable,
    `has "${bad}", which is not a host`,
    'Use any, public, or hosts separated by commas, such as n8n.example.com,10.0.0.5:5678.',
  );
};

const rateLimit: Reader<number | null> = (value, variable) => {
  if (value === 'off') return null;
  if (/^\d{1,7}$/.test(value) && Number(value) > 0) return Number(value);
  throw new ConfigError(
    variable,
    `is "${value}"`,
    'Use a number of requests per minute such as 6000, or off.',
  );
};

const proxies: Reader<readonly string[]> = (value, variable) => {
  const list = value.split(',').map((address) => address.trim());
  const bad = list.find((address) => !ipaddr.isValid(address) && !ipaddr.isValidCIDR(address));
  if (bad === undefined) return list;
  throw new ConfigError(
    variable,
    `has "${bad}", which is not an IP address or network`,
    'Use addresses separated by commas, such as 10.0.0.5,172.16.0.0/12.',
  );
};

const most: Reader<number> = (value, variable) => {
  if (/^\d{1,5}$/.test(value) && Number(value) > 0) return Number(value);
  throw new ConfigError(variable, `is "${value}"`, 'Use a whole number from 1 to 99999.');
};

/** Ten years: nobody means more. */
const MOST_DAYS = 3650;

const days: Reader<number> = (value, variable) => {
  if (/^\d{1,4}$/.test(value) && Number(value) <= MOST_DAYS) return Number(value);
  throw new ConfigError(
    variable,
    `is "${value}", which is not a number of days`,
    `Use a whole number from 0 to ${MOST_DAYS}, such as 30; 0 keeps no history.`,
  );
};

const retentionDays: Reader<number | null> = (value, variable) => {
  if (value === 'off') return null;
  if (/^\d{1,4}$/.test(value) && Number(value) > 0 && Number(value) <= MOST_DAYS) return Number(value);
  throw new ConfigError(
    variable,
    `is "${value}", which is not a number of days`,
    `Use a whole number from 1 to ${MOST_DAYS}, such as 90, or off to keep everything.`,
  );
};

const words: Reader<readonly string[]> = (value, variable) => {
  const list = value.split(',').map((word) => word.trim());
  const bad = list.find((word) => foldWord(word) === '' || word.length > 64);
  if (bad === undefined) return list;
  const fault =
    bad.length > 64 ? 'has a word of more than 64 characters' : `has "${bad}", which is not a word`;
  throw new ConfigError(variable, fault, 'Use words separated by commas, such as STOP,BAJA.');
};

const replyText: Reader<string> = (value, variable) => {
  if (value.length <= 4096) return value;
  throw new ConfigError(variable, `has ${value.length} characters`, 'Use at most 4096.');
};

const host: Reader<string> = (value, variable) => {
  if (/^[A-Za-z0-9.:_-]+$/.test(value)) return value;
  throw new ConfigError(
    variable,
    `is "${value}", which is not an address`,
    'Use one such as 127.0.0.1 or 0.0.0.0.',
  );
};

/** The flag of a variable, which is its name without the BLUETICKS prefix: BLUETICKS_DATA_DIR is --data-dir. */
export function flagOf(variable: string): string {
  return variable
    .replace(/^BLUETICKS_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

/** Every variable that the engine reads, in the order that help shows them in. */
export const VARIABLES = {
  BLUETICKS_HOST: 'address to listen on (127.0.0.1)',
  BLUETICKS_PORT: 'port to listen on, 0 for any free one (7717)',
  BLUETICKS_PUBLIC_URL: 'where clients reach it, for media URLs (the address it listens on)',
  BLUETICKS_DATA_DIR: 'data folder (~/.blueticks)',
  DATABASE_URL: 'PostgreSQL 14 or newer (unset: embedded in the data folder)',
  REDIS_URL: 'Redis 6.2 or newer for the queue (unset: the database)',
  BLUETICKS_ENCRYPTION_KEY: '64 hex digits (unset: created once in the data folder)',
  BLUETICKS_PACING: 'on or off; off is for tests and benchmarks (on)',
  BLUETICKS_LOG_LEVEL: `one of ${LOG_LEVELS.join(' ')} (info)`,
  BLUETICKS_WA_SOCKET_URL: 'tests only: another WhatsApp server',
  BLUETICKS_ALLOW_PRIVATE_MEDIA: 'true allows media from private addresses (false)',
  BLUETICKS_WEBHOOK_TARGETS: 'any, public, or a list of hosts (any)',
  BLUETICKS_SANDBOX_SPEED: "divides the sandbox's delays and pacing (1)",
  BLUETICKS_RATE_LIMIT: 'requests per minute for each key, or off (6000)',
  BLUETICKS_TRUSTED_PROXIES: 'addresses of proxies that name the client (none)',
  BLUETICKS_MAX_SESSIONS: 'the most sessions that live keys can create (500)',
  BLUETICKS_MAX_WEBHOOKS: 'the most webhooks, for live and test keys each (500)',
  BLUETICKS_HISTORY_DAYS: 'days that the history of chats is kept, 0 for none (30)',
  BLUETICKS_RETENTION_DAYS: 'days that messages are kept after their end, or off (90)',
  BLUETICKS_STOP_WORDS: 'words that opt out, separated by commas (many languages)',
  BLUETICKS_START_WORDS: 'words that opt in again, separated by commas (many)',
  BLUETICKS_OPT_OUT_REPLY: 'reply to a person who opts out (unset: none)',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'where traces go, by OTLP over HTTP (unset: none)',
} as const;

export type Variable = keyof typeof VARIABLES;

/**
 * Reads the settings. Flags win over the environment; an empty value counts as absent.
 * @throws ConfigError for the first value that cannot be used.
 */
export function readConfig(
  flags: Partial<Record<Variable, string>> = {},
  env: Record<string, string | undefined> = process.env,
): EngineConfig {
  function read<T>(variable: Variable, reader: Reader<T>, absent: T): T {
    const value = (flags[variable] ?? env[variable])?.trim();
    return value ? reader(value, variable) : absent;
  }
  return {
    host: read('BLUETICKS_HOST', host, '127.0.0.1'),
    port: read('BLUETICKS_PORT', port, 7717),
    publicUrl: read<string | null>('BLUETICKS_PUBLIC_URL', url('http:', 'https:'), null),
    dataDir: resolve(
      read(
        'BLUETICKS_DATA_DIR',
        (value) => value.replace(/^~(?=\/|$)/, homedir()),
        join(homedir(), '.blueticks'),
      ),
    ),
    databaseUrl: read<string | null>('DATABASE_URL', url('postgres:', 'postgresql:'), null),
    redisUrl: read<string | null>('REDIS_URL', url('redis:', 'rediss:'), null),
    encryptionKey: read<string | null>('BLUETICKS_ENCRYPTION_KEY', encryptionKey, null),
    pacing: read('BLUETICKS_PACING', oneOf('on', 'off'), 'on'),
    logLevel: read<LogLevel>('BLUETICKS_LOG_LEVEL', oneOf(...LOG_LEVELS), 'info'),
    waSocketUrl: read<string | null>('BLUETICKS_WA_SOCKET_URL', url('ws:', 'wss:'), null),
    allowPrivateMedia: read('BLUETICKS_ALLOW_PRIVATE_MEDIA', yesNo, false),
    webhookTargets: read('BLUETICKS_WEBHOOK_TARGETS', targets, 'any'),
    sandboxSpeed: read('BLUETICKS_SANDBOX_SPEED', positive, 1),
    rateLimit: read<number | null>('BLUETICKS_RATE_LIMIT', rateLimit, 6000),
    trustedProxies: read('BLUETICKS_TRUSTED_PROXIES', proxies, []),
    maxSessions: read('BLUETICKS_MAX_SESSIONS', most, 500),
    maxWebhooks: read('BLUETICKS_MAX_WEBHOOKS', most, 500),
    historyDays: read('BLUETICKS_HISTORY_DAYS', days, 30),
    retentionDays: read<number | null>('BLUETICKS_RETENTION_DAYS', retentionDays, 90),
    optOuts: {
      ...distinct({
        stop: read('BLUETICKS_STOP_WORDS', words, STOP_WORDS),
        start: read('BLUETICKS_START_WORDS', words, START_WORDS),
      }),
      reply: read<string | null>('BLUETICKS_OPT_OUT_REPLY', replyText, null),
    },
    tracing: readTraceSettings(
      read<string | null>('OTEL_EXPORTER_OTLP_ENDPOINT', url('http:', 'https:'), null),
      env,
    ),
  };
}

/** No word may be in both lists. */
function distinct<Lists extends Pick<EngineConfig['optOuts'], 'stop' | 'start'>>(lists: Lists): Lists {
  const stop = new Set(lists.stop.map(foldWord));
  const both = lists.start.find((word) => stop.has(foldWord(word)));
  if (both === undefined) return lists;
  throw new ConfigError(
    'BLUETICKS_START_WORDS',
    `has "${both}", which is a stop word too`,
    'Remove it from one of the two.',
  );
}
