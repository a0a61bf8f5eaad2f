import type { BinaryNode } from '../baileys';
import type { Companion } from '../server/companion';
import type { World } from '../server/world';

/** What a client may ask; the names by which faults are planned. */
export type QueryName =
  | 'app-state'
  | 'blocklist'
  | 'clean'
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
  /** What the answer holds; nothing for an empty one. Throws a `Refusal` when the server would. */
  answer(iq: BinaryNode, asker: Companion, world: World): Answer | Promise<Answer>;
  /** What follows once the answer is on its way. */
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
