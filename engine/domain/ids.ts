import { createHash, randomBytes, randomFillSync } from 'node:crypto';
import { decodeTime, encodeTime, incrementBase32, monotonicFactory } from 'ulid';

/** The prefix of each kind of id. */
export const ID_PREFIXES = {
  account: 'acc',
  message: 'msg',
  inbound: 'inb',
  media: 'med',
  campaign: 'cmp',
  audience: 'aud',
  contact: 'con',
  webhook: 'wh',
  event: 'evt',
  delivery: 'dlv',
  session: 'ses',
  sequence: 'seq',
  recurrence: 'rec',
  key: 'key',
  request: 'req',
} as const;

const ULID_LENGTH = 26;

/** Random bytes are drawn in bulk: `ulid` needs sixteen for each id, and every draw is a system call. */
const POOL_BYTES = 4096;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

function randomFraction(): number {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  return pool[used++]! / 256;
}

const nextUlid = monotonicFactory(randomFraction);

/** A prefixed id. Ids sort by the time they were made, within one process even in the same millisecond. */
export function newId(kind: keyof typeof ID_PREFIXES): string {
  return `${ID_PREFIXES[kind]}_${nextUlid()}`;
}

/** Ids made before `time`, in epoch milliseconds, are smaller than this, and those made later are not. */
export function idAt(kind: keyof typeof ID_PREFIXES, time: number): string {
  return `${ID_PREFIXES[kind]}_${encodeTime(time)}`;
}

/**
 * Prefixed ids like those of `newId`, in ascending order after `last`, even if a process whose clock is ahead made
 * `last`.
 */
export function newIdsAfter(kind: keyof typeof ID_PREFIXES, last: string | null, count: number): string[] {
  let previous = last ?? '';
  return Array.from({ length: count }, () => {
    const id = newId(kind);
    const start = ID_PREFIXES[kind].length + 1;
    previous = id > previous ? id : `${ID_PREFIXES[kind]}_${incrementBase32(previous.slice(start))}`;
    return previous;
  });
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The 128 bits of a prefixed id. */
export function bitsOfId(id: string): bigint {
  return [...ulidOf(id)].reduce((bits, letter) => (bits << 5n) | BigInt(CROCKFORD.indexOf(letter)), 0n);
}

/** When a prefixed id was made, in epoch milliseconds. A delivery's is that of its event. */
export function timeOfId(id: string): number {
  return decodeTime(ulidOf(id));
}

function ulidOf(id: string): string {
  const start = id.indexOf('_') + 1;
  return id.slice(start, start + ULID_LENGTH);
}

/** A WhatsApp message id like those of WhatsApp's own web client: `3EB0` and 18 hex digits. */
export function newWireId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}

/** A wire id that is always the same for the same text. */
export function wireIdOf(text: string): string {
  return `3EB0${createHash('sha256').update(text).digest('hex').slice(0, 18).toUpperCase()}`;
}
