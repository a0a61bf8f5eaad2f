import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { extension } from 'mime-types';
import { z } from 'zod';
import { isOwnFile, openOwnFile } from '../../chats/chat-media';
import { asAttachment } from '../../media/content-disposition';
import type { ApiContext } from '../context';

const params = z.object({ id: z.string().max(64) });
const query = z.object({
  expires: z.coerce.number().int().min(0).max(1e11),
  signature: z.string().max(64),
});
const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*$/;

/** `/v1/media/{id}`: the file of an inbound message, or one that came in a request. Its signed URL takes the place of a key. */
export function mediaRoutes({ database, mediaLinks, openInboundMedia }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/:id',
      {
        schema: {
          params,
          querystring: query,
          tags: ['media'],
          security: [],
          description:
            'The file of a received message. `media.url` in the event is its full URL, valid for 4 days.',
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        mediaLinks.check(id, request.query.expires, request.query.signature);
        const { mime, filename, size, stream } = isOwnFile(id)
          ? await openOwnFile(database, id)
          : await openInboundMedia(id);
        const type = TYPE.test(mime) ? mime : 'application/octet-stream';
        const name = filename ?? `${id}.${extension(type) || 'bin'}`;
        return reply
          .type(type)
          .headers({
            // A stranger's file on the engine's own address: it must never run, or be shown as a page.
            'content-disposition': asAttachment(name),
            'x-content-type-options': 'nosniff',
            'content-security-policy': "default-src 'none'; sandbox",
            'cache-control': 'private, max-age=86400',
            ...(size === null ? {} : { 'content-length': String(size) }),
          })
          .send(stream);
      },
    );
  };
}
