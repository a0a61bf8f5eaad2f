import { baileys, type BinaryNode } from '../baileys';
import { summarize } from '../people/message-summary';
import { bytesOf, childOf } from '../transport/nodes';

/** A post in a channel. */
export interface Post {
  /** The wire id. */
  readonly id: string;
  readonly text: string | undefined;
}

/** A channel (newsletter). Its posts are not encrypted: the server reads them. */
export class Channel {
  readonly posts: Post[] = [];

  constructor(
    readonly jid: string,
    readonly name: string,
  ) {}

  take(message: BinaryNode): void {
    const bytes = bytesOf(childOf(message, 'plaintext'));
    if (!bytes) throw new Error('A message to a channel was encrypted.');
    const { text } = summarize(baileys().proto.Message.decode(bytes));
    this.posts.push({ id: message.attrs.id ?? '', text });
  }
}
