import type { Inbound, OutgoingMessage } from '../transport';
import type { BinaryNode, Message } from './baileys';
import type { WireContext, WireWork } from './wire-work';

export const plainWireWork: WireWork = {
  async build({ wireId, content }: OutgoingMessage, { memory }: WireContext) {
    const messageContextInfo = { messageSecret: memory.secretFor(wireId) };
    if (content.type === 'text')
      return { message: { extendedTextMessage: { text: content.text }, messageContextInfo } };
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

  async read(stanza: BinaryNode, message: Message, context: WireContext): Promise<Inbound | null> {
    const vote = message.pollUpdateMessage;
    const options = vote && (await optionsOf(vote, stanza, context));
    const text = message.conversation ?? message.extendedTextMessage?.text ?? message.reactionMessage?.text;
    if (!text && !options) return null;
    const { from = '', id = '', sender_pn: number, t } = stanza.attrs;
    const digits = /^\d+/.exec(number ?? from)?.[0] ?? '';
    return {
      kind: vote ? 'poll_vote' : message.reactionMessage ? 'reaction' : 'message',
      ...(options ? { options } : {}),
      id,
      chatId: `${digits}@c.us`,
      from: `+${digits}`,
      fromName: stanza.attrs.notify ?? null,
      isGroup: false,
      targetWireId:
        message.extendedTextMessage?.contextInfo?.stanzaId ??
        message.reactionMessage?.key?.id ??
        vote?.pollCreationMessageKey?.id ??
        null,
      type: message.reactionMessage ? 'reaction' : 'text',
      text: text ?? null,
      media: null,
      at: Number(t) * 1000,
    };
  },
};

async function optionsOf(
  { pollCreationMessageKey, vote }: NonNullable<Message['pollUpdateMessage']>,
  { attrs }: BinaryNode,
  { baileys, memory, me }: WireContext,
): Promise<string[] | undefined> {
  const pollMsgId = pollCreationMessageKey?.id ?? '';
  const content = (await memory.outgoing(pollMsgId))?.content;
  if (content?.type !== 'poll' || !vote) return undefined;
  const pollEncKey = memory.secretFor(pollMsgId);
  for (const pollCreatorJid of [me.jid, me.lid ?? ''].map(baileys.jidNormalizedUser)) {
    for (const voterJid of [attrs.from, attrs.sender_pn ?? ''].map(baileys.jidNormalizedUser)) {
      try {
        const opened = baileys.decryptPollVote(vote, { pollCreatorJid, pollMsgId, pollEncKey, voterJid });
        const chosen = (opened.selectedOptions ?? []).map((hash) => Buffer.from(hash).toString('hex'));
        return content.options.filter((o) => chosen.includes(baileys.sha256(Buffer.from(o)).toString('hex')));
      } catch {
        continue;
      }
    }
  }
  return undefined;
}
