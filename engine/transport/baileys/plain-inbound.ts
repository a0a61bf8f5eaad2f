import type { Inbound } from '../transport';
import type { BinaryNode, Message } from './baileys';
import type { WireTools } from './content/wire-tools';

export async function readPlain(
  stanza: BinaryNode,
  message: Message,
  context: WireTools,
): Promise<Inbound | null> {
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
}

async function optionsOf(
  { pollCreationMessageKey, vote }: NonNullable<Message['pollUpdateMessage']>,
  { attrs }: BinaryNode,
  { baileys, memory, me }: WireTools,
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
