import { TransportError, type Content } from '../../transport';
import type { WireMessage, WireNode } from '../wire-types';

export type Poll = Extract<Content, { type: 'poll' }>;

/** Goes beside a poll, outside of what is sealed, as WhatsApp's own clients send it. */
export const POLL_NODES: WireNode[] = [{ tag: 'meta', attrs: { polltype: 'creation' } }];

export function pollMessage({ question, options, allowMultiple }: Poll): WireMessage {
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    // 0: as many as one likes.
    selectableOptionsCount: allowMultiple ? 0 : 1,
  };
  // Version 3 is the one of which phones let only one option be chosen.
  return allowMultiple ? { pollCreationMessage: poll } : { pollCreationMessageV3: poll };
}

/** Votes are sealed between people; a channel's readers have nothing to seal them with. */
export function noPollInChannel(): TransportError {
  return new TransportError('poll_not_possible_in_channel', false, 'a channel takes no polls');
}
