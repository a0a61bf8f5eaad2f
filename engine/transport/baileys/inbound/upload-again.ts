import type { Baileys, MediaUpdate, WASocket } from '../baileys';
import { noAnswer } from '../errors';
import { fileOf } from './message-content';
import { unwrap } from './unwrap';

/** The connection to the phone. */
interface Asking {
  socket: Pick<WASocket, 'sendNode' | 'ev'>;
  device: { me: { jid: string } };
  inTime<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T>;
}

/**
 * Asks our own phone to upload the file of a message again, because WhatsApp no longer has it.
 * @param content `Inbound.content` of the message
 * @param limitMs how long the phone may take
 * @returns the content with the file's new place; null if the phone does not have the file either
 * @throws TransportError if the phone does not answer in time
 */
export async function uploadAgain(
  content: Uint8Array,
  connection: Asking,
  limitMs: number,
  baileys: Baileys,
): Promise<Uint8Array | null> {
  const { key, message: wrapped } = baileys.proto.WebMessageInfo.decode(content);
  const message = unwrap(wrapped);
  const part = message && fileOf(message)?.part;
  const id = key?.id;
  if (!message || !part?.mediaKey || !key || !id) return null;
  const { socket, device } = connection;
  const answer = answerAbout(id, socket);
  try {
    await socket.sendNode(baileys.encryptMediaRetryRequest(key, part.mediaKey, device.me.jid));
    const { media } = await connection.inTime(answer.promise, limitMs, () => noAnswer('where the file is'));
    const directPath = media && placeIn(media, part.mediaKey, id, baileys);
    if (!directPath) return null;
    part.directPath = directPath;
    return baileys.proto.WebMessageInfo.encode({ key, message }).finish();
  } finally {
    answer.forget();
  }
}

function answerAbout(id: string, { ev }: Pick<WASocket, 'ev'>) {
  let forget = (): void => {};
  const promise = new Promise<MediaUpdate>((resolve) => {
    const listen = (updates: MediaUpdate[]): void => {
      const found = updates.find(({ key }) => key.id === id);
      if (found) resolve(found);
    };
    ev.on('messages.media-update', listen);
    forget = () => ev.off('messages.media-update', listen);
  });
  return { promise, forget };
}

/** The file's path on WhatsApp's hosts; null if the phone could not upload it. */
function placeIn(
  media: NonNullable<MediaUpdate['media']>,
  mediaKey: Uint8Array,
  id: string,
  { decryptMediaRetryData, proto }: Baileys,
): string | null {
  const { result, directPath } = decryptMediaRetryData(media, mediaKey, id);
  return result === proto.MediaRetryNotification.ResultType.SUCCESS ? (directPath ?? null) : null;
}
