import { randomBytes, randomFillSync } from 'node:crypto';
import { incrementBase32, monotonicFactory } from 'ulid';

/** What each prefixed id names. */
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
  key: 'key',
  request: 'req',
} as const;

/** Random bytes are drawn many at a time: `ulid` asks for sixteen small ones an id, and each draw has its price. */
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

/** A prefixed id that sorts by the time it was made, also within one millisecond of one process. */
export function newId(kind: keyof typeof ID_PREFIXES): string {
  return `${ID_PREFIXES[kind]}_${nextUlid()}`;
}

/**
 * Prefixed ids like `newId`'s that all sort after `last`, in their order, also where `last` was made by a process
 * whose clock is ahead.
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

/** A WhatsApp message id as WhatsApp's own web client makes them: `3EB0` and 18 hex digits. */
export function newWireId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}
