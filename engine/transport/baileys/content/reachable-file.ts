import { FileGone, type MediaSource } from '../../media-source';
import { TransportError } from '../../transport';
import type { Baileys } from '../baileys';
import { describeFile } from '../inbound/kinds/files';
import { fileOf } from '../inbound/message-content';
import { unwrap } from '../inbound/unwrap';

interface ReachableTools {
  baileys: Baileys;
  files: MediaSource;
  /** Has our phone upload the file again; null if it does not have it either. */
  uploadAgain(content: Uint8Array): Promise<Uint8Array | null>;
}

/**
 * A received message whose file WhatsApp still has, so that the people who get it can open it.
 * @param content `Inbound.content`; comes back as it is if it has no file, or WhatsApp has it
 * @throws TransportError `media_unreachable` if nobody has the file any more
 */
export async function reachableFile(
  content: Uint8Array,
  { baileys, files, uploadAgain }: ReachableTools,
): Promise<Uint8Array> {
  const message = unwrap(baileys.proto.WebMessageInfo.decode(content).message);
  if (!message || !describeFile(fileOf(message))) return content;
  try {
    const { stream } = await files.open(content);
    stream.on('error', () => undefined).destroy();
    return content;
  } catch (error) {
    if (!(error instanceof FileGone)) throw unreachable(true);
    const again = error.isAtPhone ? await uploadAgain(content) : null;
    if (!again) throw unreachable(false);
    return again;
  }
}

const unreachable = (mayPass: boolean): TransportError =>
  new TransportError('media_unreachable', mayPass, 'WhatsApp did not give out the file of the message.');
