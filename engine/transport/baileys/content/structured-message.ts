import { TransportError, type Content } from '../../transport';
import type { BinaryNode, WireMessage } from '../baileys';
import { contactMessage } from './contact-message';
import { locationMessage } from './location-message';
import { POLL_NODES, pollMessage } from './poll-message';

/** Content that is neither a text nor a file, nor somebody else's. */
export type Structured = Exclude<Content, { type: 'text' | 'media' | 'forward' }>;
type Type = Structured['type'];

interface Kind<T extends Type> {
  /** What channels do not support, as an error says it. */
  many: string;
  message(content: Extract<Content, { type: T }>): WireMessage;
  /** What goes along with the encrypted message. */
  nodes?: BinaryNode[];
}

/** How each type is written. A new type is a line here. */
const KINDS: { [T in Type]: Kind<T> } = {
  poll: { many: 'polls', message: pollMessage, nodes: POLL_NODES },
  location: { many: 'locations', message: locationMessage },
  contact: { many: 'contacts', message: contactMessage },
};

const kindOf = ({ type }: Structured): Kind<Type> => KINDS[type] as Kind<Type>;

export function structuredMessage(content: Structured): WireMessage {
  return kindOf(content).message(content as never);
}

export function nodesOf(content: Structured): BinaryNode[] | undefined {
  return kindOf(content).nodes;
}

/** Channels show only texts and files: the rest needs people who can answer, or encryption between them. */
export function notInChannel(content: Structured): TransportError {
  const { many } = kindOf(content);
  return new TransportError(
    `${content.type}_not_possible_in_channel`,
    false,
    `Channels do not support ${many}.`,
  );
}
