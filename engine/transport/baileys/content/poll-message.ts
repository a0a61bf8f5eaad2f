import type { Content } from '../../transport';
import type { BinaryNode, WireMessage } from '../baileys';

type Poll = Extract<Content, { type: 'poll' }>;

/** Sent along with the encrypted poll, as WhatsApp's own clients do. */
export const POLL_NODES: BinaryNode[] = [{ tag: 'meta', attrs: { polltype: 'creation' } }];

export function pollMessage({ question, options, allowMultiple }: Poll): WireMessage {
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    // 0: any number.
    selectableOptionsCount: allowMultiple ? 0 : 1,
  };
  // In version 3, phones let people choose only one option.
  return allowMultiple ? { pollCreationMessage: poll } : { pollCreationMessageV3: poll };
}
