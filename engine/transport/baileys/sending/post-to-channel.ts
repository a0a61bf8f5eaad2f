import type { Baileys, WASocket } from '../baileys';
import { channelMediaType } from '../content/channel-media';
import type { Built } from '../content/build-wire-message';

/**
 * Posts a message in a channel, where nothing is encrypted. Baileys leaves out what a file is and where it is stored,
 * and without that WhatsApp refuses files.
 */
export async function postToChannel(
  socket: Pick<WASocket, 'sendNode'>,
  channel: string,
  wireId: string,
  { message, mediaHandle }: Built,
  { proto }: Pick<Baileys, 'proto'>,
): Promise<void> {
  const mediaType = channelMediaType(message);
  await socket.sendNode({
    tag: 'message',
    attrs: {
      ...{ to: channel, id: wireId, type: mediaType ? 'media' : 'text' },
      ...(mediaHandle ? { media_id: mediaHandle } : {}),
    },
    content: [
      {
        tag: 'plaintext',
        attrs: mediaType ? { mediatype: mediaType } : {},
        content: proto.Message.encode(message).finish(),
      },
    ],
  });
}
