import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { VERSION } from '../version';
import { schemaCompilers } from './schema-compilers';

/**
 * The OpenAPI document of the routes that `addRoutes` adds. A second server, which never listens, makes it, so that the
 * engine loads the generator only when the document is requested.
 */
export async function describeRoutes(addRoutes: (app: FastifyInstance) => Promise<void>): Promise<object> {
  const app = Fastify({ schemaController: schemaCompilers });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Blueticks engine',
        version: VERSION,
        description: 'Schedule, edit and cancel WhatsApp messages from your own number.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await addRoutes(app);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
