import type { BinaryNode } from '../baileys';
import type { Companion } from '../server/companion';
import type { World } from '../server/world';

/** The names of queries, as faults are planned by. */
export type QueryName =
  | 'app-state'
  | 'blocklist'
  | 'clean'
  | 'default-timers'
  | 'digest'
  | 'groups'
  | 'key-rotation'
  | 'media'
  | 'mex'
  | 'picture'
  | 'passive'
  | 'ping'
  | 'prekey-count'
  | 'prekey-upload'
  | 'prekeys'
  | 'privacy'
  | 'props'
  | 'tokens'
  | 'unlink'
  | 'usync';

/** One kind of `<iq>` that the server answers. */
export interface Query {
  readonly name: QueryName;
  /** `xmlns`, and the tag of the first child, of the stanzas that are of this kind. */
  readonly xmlns: string;
  readonly child?: string;
  /** What else must be true of them. */
  matches?(iq: BinaryNode): boolean;
  /** The content of the answer; undefined for an empty one. Throws a `Refusal` where the server would refuse. */
  answer(iq: BinaryNode, asker: Companion, world: World): Answer | Promise<Answer>;
  /** Runs after the answer was sent. */
  afterwards?(iq: BinaryNode, asker: Companion, world: World): void;
}

export type Answer = BinaryNode[] | undefined;

/** An `<iq type="error">` instead of an answer. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}
