import type { ActTarget, ChatAct } from '../../chat-acts';
import type { MessageKey, WireMessage } from '../baileys';
import { textWithMentions, mentionsIn } from '../content/mentions';
import { keptUpload } from '../content/kept-upload';
import { textMessage } from '../content/text-message';
import { accountJid, isGroup, jidOf, userOf } from '../jids';
import type { WireTools } from '../tools';

/** What goes on the wire for something that is done to a message. */
export interface ActMessage {
  message: WireMessage;
  /** The stanza's `edit`, by which the server knows what it is: 1 an edit, 2 a pin, 7 a message that is taken back. */
  edit?: string;
}

/**
 * Builds the message for an act.
 * @param jid where it goes
 * @param now epoch milliseconds; phones show the latest reaction and the latest pin
 */
export async function actMessage(
  target: ActTarget,
  act: ChatAct,
  jid: string,
  now: number,
  tools: WireTools,
): Promise<ActMessage> {
  const { ProtocolMessage, PinInChatMessage } = tools.baileys.proto.Message;
  const key = await keyOf(target, jid, tools);
  switch (act.kind) {
    case 'react':
      return { message: { reactionMessage: { key, text: act.emoji, senderTimestampMs: now } } };
    case 'edit': {
      const editedMessage = await edited(target, act.text, tools);
      const type = ProtocolMessage.Type.MESSAGE_EDIT;
      return { message: { protocolMessage: { key, type, editedMessage, timestampMs: now } }, edit: '1' };
    }
    case 'revoke':
      return { message: { protocolMessage: { key, type: ProtocolMessage.Type.REVOKE } }, edit: '7' };
    case 'pin': {
      const isPinned = act.seconds > 0;
      const type = PinInChatMessage.Type[isPinned ? 'PIN_FOR_ALL' : 'UNPIN_FOR_ALL'];
      return {
        message: {
          pinInChatMessage: { key, type, senderTimestampMs: now },
          messageContextInfo: { messageAddOnDurationInSecs: act.seconds },
        },
        edit: '2',
      };
    }
  }
}

/** How the chat knows the message. In a group, a message of somebody else is named with its writer. */
async function keyOf(
  { chatId, wireId, fromMe, author }: ActTarget,
  jid: string,
  tools: WireTools,
): Promise<MessageKey> {
  const key = { remoteJid: jid, fromMe, id: wireId };
  if (fromMe || !isGroup(jid)) return key;
  const stored = await received(chatId, wireId, tools);
  const asReceived = stored?.key?.participant;
  if (asReceived) return { ...key, participant: accountJid(asReceived) };
  const { nameOf } = await tools.settingsOf(chatId);
  return author ? { ...key, participant: await nameOf(jidOf(author)) } : key;
}

async function received(chatId: string, wireId: string, { memory, baileys }: WireTools) {
  const bytes = await memory.inbound(chatId, wireId);
  return bytes && baileys.proto.WebMessageInfo.decode(bytes);
}

/** The whole message with its new text. A file keeps its place on WhatsApp's servers, and only its caption changes. */
async function edited({ chatId, wireId }: ActTarget, text: string, tools: WireTools): Promise<WireMessage> {
  const { memory, baileys } = tools;
  const outgoing = await memory.outgoing(wireId);
  const { nameOf } = await tools.settingsOf(chatId);
  const mentions = await mentionsIn(outgoing?.mentions ?? null, nameOf);
  const shown = textWithMentions(text, mentions);
  const mentionedJid = mentions.map(({ jid }) => jid).filter((jid) => shown.includes(`@${userOf(jid)}`));
  const contextInfo = mentionedJid.length > 0 ? { mentionedJid } : undefined;
  const before =
    (await keptUpload(memory, baileys, wireId)) ?? (await received(chatId, wireId, tools))?.message ?? null;
  const content = baileys.normalizeMessageContent(before ?? undefined);
  const type = content && FILES.find((name) => content[name]);
  if (type) return { [type]: { ...(content[type] as object), caption: shown, contextInfo } };
  const preview = outgoing?.content.type === 'text' ? outgoing.content.linkPreview : true;
  return { extendedTextMessage: { ...(await textMessage(shown, preview, tools.previews)), contextInfo } };
}

/** Where a file with a caption is. */
const FILES = ['imageMessage', 'videoMessage', 'documentMessage'] as const;
