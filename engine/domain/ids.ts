import { randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';

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

const nextUlid = monotonicFactory();

/** A prefixed id that sorts by the time it was made, also within one millisecond of one process. */
export function newId(kind: keyof typeof ID_PREFIXES): string {
  return `${ID_PREFIXES[kind]}_${nextUlid()}`;
}

/** A WhatsApp message id as WhatsApp's own web client makes them: `3EB0` and 18 hex digits. */
export function newWireId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}
