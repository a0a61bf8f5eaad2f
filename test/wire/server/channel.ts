import { randomBytes } from 'node:crypto';
import { baileys, type BinaryNode } from '../baileys';
import type { Person } from '../people/person';
import { summarize } from '../people/message-summary';
import { bytesOf, childOf } from '../transport/nodes';
import { secondsNow } from './world';

/** A post in a channel. */
export interface Post {
  /** The wire id. */
  readonly id: string;
  readonly text: string | undefined;
  /** What its file is, and where it is stored. */
  readonly file?: { readonly type: string | undefined; readonly handle: string | undefined };
}

/** A channel (newsletter). Its posts are not encrypted: the server reads them. */
export class Channel {
  readonly posts: Post[] = [];
  readonly createdAt = secondsNow();
  readonly inviteCode = randomBytes(12).toString('base64url');

  constructor(
    readonly jid: string,
    readonly name: string,
    /** Who created it, and lists it as their own. */
    readonly owner?: Person,
    readonly description = '',
  ) {}

  take(message: BinaryNode): void {
    const bytes = bytesOf(childOf(message, 'plaintext'));
    if (!bytes) throw new Error('A message to a channel was encrypted.');
    const { text } = summarize(baileys().proto.Message.decode(bytes));
    const { id = '', type, media_id: handle } = message.attrs;
    const file = { type: childOf(message, 'plaintext')?.attrs.mediatype, handle };
    this.posts.push({ id, text, ...(type === 'media' ? { file } : {}) });
  }
}
