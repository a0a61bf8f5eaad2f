import type { Inbound, OutgoingMessage } from '../transport';
import type { BinaryNode, Message } from './baileys';
import type { WireContext, WireWork } from './wire-work';

export const plainWireWork: WireWork = {
  async build({ wireId, content }: OutgoingMessage, { memory }: WireContext) {
    const messageContextInfo = { messageSecret: memory.secretFor(wireId) };
    if (content.type === 'text') return { message: { extendedTextMessage: { text: content.text }, messageContextInfo } };
    if (content.type !== 'poll') throw new Error('not yet');
    const poll = {
      name: content.question,
      options: content.options.map((optionName) => ({ optionName })),
      selectableOptionsCount: content.allowMultiple ? 0 : 1,
    };
    const message: Message = { pollCreationMessageV3: poll, messageContextInfo };
    return { message, additionalNodes: [{ tag: 'meta', attrs: { polltype: 'creation' } }] };
  },

  async rebuild(wireId, context) {
    const outgoing = await context.memory.outgoing(wireId);
    if (!outgoing || outgoing.content.type === 'media') return null;
    const built = await plainWireWork.build({ ...outgoing, wireId, content: outgoing.content }, context);
    return built.message;
  },

  read(stanza: BinaryNode, message: Message): Promise<Inbound | null> {
    const text = message.conversation ?? message.extendedTextMessage?.text ?? message.reactionMessage?.text;
    if (!text) return Promise.resolve(null);
    const { from = '', id = '', sender_pn: number, t } = stanza.attrs;
    const digits = /^\d+/.exec(number ?? from)?.[0] ?? '';
    return Promise.resolve({
      kind: message.reactionMessage ? 'reaction' : 'message',
      id,
      chatId: `${digits}@c.us`,
      from: `+${digits}`,
      fromName: stanza.attrs.notify ?? null,
      isGroup: false,
      targetWireId:
        message.extendedTextMessage?.contextInfo?.stanzaId ?? message.reactionMessage?.key?.id ?? null,
      type: message.reactionMessage ? 'reaction' : 'text',
      text,
      media: null,
      at: Number(t) * 1000,
    });
  },
};
