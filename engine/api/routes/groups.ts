import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readPicture } from '../../groups/group-picture';
import {
  AddMembersSchema,
  ChangedGroupSchema,
  CreateGroupSchema,
  DecideSchema,
  EditGroupSchema,
  GroupSchema,
  InviteSchema,
  JoinedSchema,
  JoinGroupSchema,
  JoinRequestSchema,
  MemberResultSchema,
  SetPictureSchema,
} from '../../groups/group-schema';
import {
  addMembers,
  changeMember,
  createGroup,
  decideRequest,
  editGroup,
  getGroup,
  getInvite,
  joinGroup,
  leaveGroup,
  listGroups,
  listRequests,
  setPicture,
  type InGroup,
} from '../../groups/groups';
import type { ApiContext } from '../context';
import { createOnWhatsApp } from '../create-on-whatsapp';
import { fromQuery } from '../from-query';
import { listed, listQuery, pageOf } from '../pages';

const tags = ['groups'];
const querystring = z.strictObject(fromQuery('only one is linked, or only one has a chat with the group'));
const params = z.object({
  id: z
    .string()
    .regex(/^\d{5,32}(-\d{5,20})?@g\.us$/, { error: 'is not the chat id of a group. It ends in @g.us.' }),
});
const memberParams = params.extend({ chatId: z.string().min(1).max(128).describe('URL-encoded') });

type Given = { params: z.output<typeof params>; query: z.output<typeof querystring> };
const where = ({ params: { id }, query: { from } }: Given): InGroup => ({ id, from });

/** `/v1/groups`: asked of WhatsApp on each request */
export function groupRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const read = { scope: 'groups:read' };
  const write = { scope: 'groups:write' };

  return async (app) => {
    app.get(
      '/',
      {
        config: read,
        schema: {
          tags,
          querystring: querystring.extend({
            ...listQuery(200),
            q: z.string().min(1).max(200).optional().describe('part of the name'),
          }),
          response: { 200: pageOf(GroupSchema) },
        },
      },
      async ({ key, query }) => listed(query, 'groups', await listGroups(context, key.mode, query)),
    );

    app.post(
      '/',
      {
        config: write,
        schema: {
          tags,
          querystring,
          description:
            'WhatsApp watches who creates groups and adds people. Create few, with people who know you. With an Idempotency-Key, a repeat creates no second group.',
          body: CreateGroupSchema,
          response: { 200: ChangedGroupSchema },
        },
      },
      (request, reply) =>
        createOnWhatsApp(context, request, reply, 'create group', 200, (once) =>
          createGroup(context, request.key.mode, request.body, request.query.from, once),
        ),
    );

    app.post(
      '/join',
      {
        config: write,
        schema: { tags, querystring, body: JoinGroupSchema, response: { 200: JoinedSchema } },
      },
      ({ key, body, query }) => joinGroup(context, key.mode, body, query.from),
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params, querystring, response: { 200: GroupSchema } } },
      (request) => getGroup(context, request.key.mode, where(request)),
    );

    app.patch(
      '/:id',
      {
        config: write,
        schema: { tags, params, querystring, body: EditGroupSchema, response: { 200: GroupSchema } },
      },
      (request) => editGroup(context, request.key.mode, where(request), request.body),
    );

    app.post(
      '/:id/members',
      {
        config: write,
        schema: { tags, params, querystring, body: AddMembersSchema, response: { 200: ChangedGroupSchema } },
      },
      (request) => addMembers(context, request.key.mode, where(request), request.body),
    );

    app.delete(
      '/:id/members/me',
      {
        config: write,
        schema: { tags, params, querystring, description: 'Leaves the group.', response: { 204: z.null() } },
      },
      async (request, reply) => {
        await leaveGroup(context, request.key.mode, where(request));
        return reply.code(204).send(null);
      },
    );

    const changes = [
      { method: 'DELETE', path: '', change: 'remove' },
      { method: 'POST', path: '/admin', change: 'promote' },
      { method: 'DELETE', path: '/admin', change: 'demote' },
    ] as const;
    for (const { method, path, change } of changes)
      app.route({
        method,
        url: `/:id/members/:chatId${path}`,
        config: write,
        schema: { tags, params: memberParams, querystring, response: { 200: ChangedGroupSchema } },
        handler: (request) =>
          changeMember(context, request.key.mode, where(request), request.params.chatId, change),
      });

    app.put(
      '/:id/picture',
      {
        config: write,
        schema: { tags, params, querystring, body: SetPictureSchema, response: { 200: GroupSchema } },
      },
      async (request) => {
        const jpeg = await readPicture(request.body, context.config.allowPrivateMedia);
        return setPicture(context, request.key.mode, where(request), jpeg);
      },
    );

    app.get(
      '/:id/invite',
      { config: read, schema: { tags, params, querystring, response: { 200: InviteSchema } } },
      (request) => getInvite(context, request.key.mode, where(request), false),
    );

    app.post(
      '/:id/invite/reset',
      {
        config: write,
        schema: {
          ...{ tags, params, querystring, description: 'The old link stops working.' },
          response: { 200: InviteSchema },
        },
      },
      (request) => getInvite(context, request.key.mode, where(request), true),
    );

    app.get(
      '/:id/requests',
      {
        config: read,
        schema: {
          ...{ tags, params, querystring, description: 'Those who have asked to join.' },
          response: { 200: pageOf(JoinRequestSchema) },
        },
      },
      async (request) =>
        listed({}, 'requests', await listRequests(context, request.key.mode, where(request))),
    );

    app.post(
      '/:id/requests/:chatId',
      {
        config: write,
        schema: {
          tags,
          params: memberParams,
          querystring,
          body: DecideSchema,
          response: { 200: MemberResultSchema },
        },
      },
      (request) => {
        const { key, params: given, body } = request;
        return decideRequest(context, key.mode, where(request), given.chatId, body.action === 'approve');
      },
    );
  };
}
