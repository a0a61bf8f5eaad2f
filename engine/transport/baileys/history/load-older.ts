import { TransportError } from '../../transport';
import type { LoadedOlder, OldestKnown } from '../../older-messages';
import type { SessionMemory } from '../../session-memory';
import type { Baileys, WASocket } from '../baileys';
import type { NameBook } from '../chats/member-names';
import type { HistoryReader, OlderAnswer } from './history-reader';
import type { OlderPlace } from './older-inbound';

/** As many as WhatsApp's own clients ask for. */
const AT_ONCE = 50;

/** The connection to the phone. */
interface Asking {
  socket: Pick<WASocket, 'fetchMessageHistory'>;
  device: NameBook;
  history: Pick<HistoryReader, 'question'>;
  inTime<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T>;
}

export interface OlderTools {
  connection: Asking;
  memory: Pick<SessionMemory, 'inbound'>;
  baileys: Pick<Baileys, 'proto'>;
  /** The jid to write to for a chat id. */
  jidOf(chatId: string): Promise<string>;
  /** How long the phone may take in all. */
  limitMs: number;
}

/**
 * Asks our own phone for messages of a chat that are older than `oldest`. If its answer has none that somebody wrote
 * (people joined a group), it is asked for those before them.
 * @throws TransportError if the phone does not answer in time
 */
export async function loadOlder(oldest: OldestKnown, tools: OlderTools): Promise<LoadedOlder> {
  const { connection, limitMs } = tools;
  const jid = await chatOnPhone(oldest, tools);
  const chatIds = [...new Set([oldest.chatId, ...(await connection.device.namesOf(jid))])];
  const late = (): Error =>
    new TransportError(
      'no_answer',
      true,
      `Your phone did not answer within ${Math.round(limitMs / 1000)} s. Check that it is on and online, then try again.`,
    );
  return connection.inTime(askOn(oldest, jid, chatIds, connection), limitMs, late);
}

/** The chat as the phone knows it: as the message came, by number or by lid. */
async function chatOnPhone(
  { chatId, wireId }: OldestKnown,
  { memory, baileys: { proto }, jidOf }: OlderTools,
): Promise<string> {
  const content = await memory.inbound(chatId, wireId);
  const jid = content && proto.WebMessageInfo.decode(content).key?.remoteJid;
  return jid || jidOf(chatId);
}

async function askOn(
  oldest: OlderPlace,
  jid: string,
  chatIds: readonly string[],
  connection: Asking,
): Promise<LoadedOlder> {
  for (let from = oldest; ;) {
    const { added, hasMore, oldest: reached } = await askFor(from, jid, chatIds, connection);
    const isFurther = reached !== null && reached.at < from.at;
    if (added > 0 || !hasMore || !isFurther) return { added, hasMore };
    from = reached;
  }
}

async function askFor(
  { wireId: id, fromMe, at }: OlderPlace,
  remoteJid: string,
  chatIds: readonly string[],
  { socket, history }: Asking,
): Promise<OlderAnswer> {
  const { answer, forget } = history.question(chatIds);
  try {
    await socket.fetchMessageHistory(AT_ONCE, { remoteJid, id, fromMe }, at);
    return await answer;
  } finally {
    forget();
  }
}
