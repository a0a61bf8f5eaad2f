import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ID_PREFIXES } from '../../domain/ids';
import { parsePhoneOnly } from '../../domain/messages/recipient';
import { validOrThrow } from '../../errors';
import { qrPicture } from '../../media/rendering/render';
import { removeSession } from '../../sessions/delete-session';
import { logOut, makePairingCode, reconnect, showQr } from '../../sessions/link-session';
import { showSession } from '../../sessions/present-session';
import {
  CreateSessionSchema,
  EditSessionSchema,
  PairingCodeRequestSchema,
  PairingCodeSchema,
  ProxyTestSchema,
  QrSchema,
  SessionSchema,
} from '../../sessions/session-schema';
import { checkSettings, createSession, editSession, getSession } from '../../sessions/sessions';
import { testProxy } from '../../sessions/test-proxy';
import type { Sql } from '../../store/sql/database';
import { listSessionPage, type SessionRow } from '../../store/tables/sessions';
import { acceptedType } from '../accepted-type';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const params = z.object({ id: z.string().max(64) });
const listQuery = z.strictObject(pageQuery);
const tags = ['sessions'];
const shown = { 200: SessionSchema };

/** `/v1/sessions`: linked numbers */
export function sessionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database, encryption, config } = context;
  const rules = { encryption, most: config.maxSessions };
  const read = { scope: 'sessions:read' };
  const write = { scope: 'sessions:write' };

  const show = (row: SessionRow, sql: Sql = database) =>
    showSession(sql, row, new Date(context.clock.now()), context.pacingSpeeds);

  return async (app) => {
    app.post(
      '/',
      {
        config: { ...write, rules: checkSettings },
        schema: { tags, body: CreateSessionSchema, response: { 201: SessionSchema } },
      },
      (request, reply) =>
        createOnce(context, request, reply, 'create session', async (work) =>
          show(await createSession(work, request.key.mode, request.body, rules), work.sql),
        ),
    );

    app.get(
      '/',
      { config: read, schema: { tags, querystring: listQuery, response: { 200: pageOf(SessionSchema) } } },
      async ({ key, query }) => {
        const page = await readPage(
          query,
          ID_PREFIXES.session,
          (limit, before) => listSessionPage(database, key.mode, limit, before),
          (row) => show(row),
        );
        return { ...page, data: await Promise.all(page.data) };
      },
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params, response: shown } },
      async ({ key, params: { id } }) => show(await getSession(database, key.mode, id)),
    );

    app.patch(
      '/:id',
      {
        config: { ...write, rules: checkSettings },
        schema: { tags, params, body: EditSessionSchema, response: shown },
      },
      async ({ key, params: { id }, body }) => {
        const row = await transact((work) => editSession(work, key.mode, id, body, encryption));
        context.waiting.forget(id);
        return show(row);
      },
    );

    app.get(
      '/:id/qr',
      {
        // Not a read: it starts to link a phone.
        config: write,
        schema: {
          tags,
          params,
          response: { 200: QrSchema.describe('or image/png or image/svg+xml, by the Accept header') },
        },
      },
      async ({ key, params: { id }, headers }, reply) => {
        const { text, expiresAt } = await showQr(context, key.mode, id);
        void reply.header('cache-control', 'no-store').header('vary', 'accept');
        const type = acceptedType(headers.accept, ['application/json', 'image/png', 'image/svg+xml']);
        if (type === 'application/json') return { qr: text, expires_at: expiresAt.toISOString() };
        // Typed as never: the schema describes the JSON answer only.
        const picture = await qrPicture(text, type);
        return reply.type(type).send((typeof picture === 'string' ? picture : Buffer.from(picture)) as never);
      },
    );

    app.post(
      '/:id/pairing-code',
      {
        config: {
          ...write,
          rules: ({ phone }: { phone: string }) => validOrThrow('phone', parsePhoneOnly(phone)),
        },
        schema: { tags, params, body: PairingCodeRequestSchema, response: { 200: PairingCodeSchema } },
      },
      async ({ key, params: { id }, body }, reply) => {
        const { code, expiresAt } = await makePairingCode(context, key.mode, id, body.phone);
        void reply.header('cache-control', 'no-store');
        return { code, expires_at: expiresAt.toISOString() };
      },
    );

    app.post(
      '/:id/reconnect',
      { config: write, schema: { tags, params, response: shown } },
      async ({ key, params: { id } }) => show(await reconnect(context, key.mode, id)),
    );

    app.post(
      '/:id/proxy/test',
      { config: write, schema: { tags, params, response: { 200: ProxyTestSchema } } },
      ({ key, params: { id } }) => testProxy(context, key.mode, id),
    );

    app.post(
      '/:id/logout',
      { config: write, schema: { tags, params, response: shown } },
      async ({ key, params: { id } }) => show(await logOut(context, key.mode, id)),
    );

    app.delete(
      '/:id',
      {
        config: write,
        schema: { tags, params, response: { 200: z.object({ id: z.string(), deleted: z.literal(true) }) } },
      },
      async ({ key, params: { id }, log }) => {
        const onLogOutFailed = (error: unknown): void =>
          log.warn(
            { err: error, session_id: id },
            'a session was removed without being logged out of WhatsApp',
          );
        await removeSession({ ...context, onLogOutFailed }, key.mode, id);
        return { id, deleted: true as const };
      },
    );
  };
}
