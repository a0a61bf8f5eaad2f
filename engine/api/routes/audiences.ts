import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  AddContactsSchema,
  AddedSchema,
  AudiencePageSchema,
  AudienceSchema,
  ContactSchema,
  CreateAudienceSchema,
  EditContactSchema,
  RenameAudienceSchema,
  type NewContact,
} from '../../audiences/audience-schema';
import { createAudience, getAudience, getContacts, removeAudience, rename } from '../../audiences/audiences';
import {
  addContacts,
  editContact,
  lockExisting,
  readContactEdit,
  readContacts,
  removeContact,
} from '../../audiences/contacts';
import { presentAudience, presentContact } from '../../audiences/present-audience';
import { ID_PREFIXES } from '../../domain/ids';
import { listAudiences } from '../../store/tables/audiences';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const idParams = z.object({ id: z.string().max(64) });
const contactParams = idParams.extend({ contactId: z.string().max(64) });
const contactsQuery = z.strictObject({
  page: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, { error: 'must be a whole number from 1' })
    .optional()
    .describe('includes the contacts of this page, 100 per page'),
});
const deleted = z.object({ id: z.string(), deleted: z.literal(true) });
const tags = ['audiences'];

const readContactsOf = ({ contacts }: { contacts?: NewContact[] }) => readContacts(contacts ?? []);

/** `/v1/audiences` */
export function audienceRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database } = context;
  const read = { scope: 'audiences:read' };
  const write = { scope: 'audiences:write' };

  return async (app) => {
    app.post(
      '/',
      {
        config: { ...write, rules: readContactsOf },
        schema: { tags, body: CreateAudienceSchema, response: { 201: AudienceSchema } },
      },
      (request, reply) =>
        createOnce(context, request, reply, 'create audience', async (work) =>
          presentAudience(await createAudience(work, request.key.mode, request.body)),
        ),
    );

    app.get(
      '/',
      {
        config: read,
        schema: { tags, querystring: z.strictObject(pageQuery), response: { 200: pageOf(AudienceSchema) } },
      },
      ({ key, query }) =>
        readPage(
          query,
          ID_PREFIXES.audience,
          (limit, before) => listAudiences(database, key.mode, limit, before),
          presentAudience,
        ),
    );

    app.get(
      '/:id',
      {
        config: read,
        schema: {
          tags,
          params: idParams,
          querystring: contactsQuery,
          response: { 200: AudiencePageSchema },
        },
      },
      async ({ key, params, query }) => {
        const audience = presentAudience(await getAudience(database, key.mode, params.id));
        if (query.page === undefined) return audience;
        const page = Number(query.page);
        const { contacts, hasMore } = await getContacts(database, params.id, page);
        return { ...audience, contacts: contacts.map(presentContact), page, has_more: hasMore };
      },
    );

    app.patch(
      '/:id',
      {
        config: write,
        schema: { tags, params: idParams, body: RenameAudienceSchema, response: { 200: AudienceSchema } },
      },
      async ({ key, params, body }) =>
        presentAudience(await transact((work) => rename(work, key.mode, params.id, body.name))),
    );

    app.delete(
      '/:id',
      { config: write, schema: { tags, params: idParams, response: { 200: deleted } } },
      async ({ key, params }) => {
        await transact((work) => removeAudience(work, key.mode, params.id));
        return { id: params.id, deleted: true as const };
      },
    );

    app.post(
      '/:id/contacts',
      {
        config: { ...write, rules: readContactsOf },
        schema: { tags, params: idParams, body: AddContactsSchema, response: { 201: AddedSchema } },
      },
      (request, reply) => {
        const { id } = request.params;
        return createOnce(context, request, reply, `add contacts ${id}`, async (work) => {
          const contacts = readContacts(request.body.contacts);
          const audience = await lockExisting(work, request.key.mode, id, contacts);
          return addContacts(work, audience, contacts);
        });
      },
    );

    app.patch(
      '/:id/contacts/:contactId',
      {
        config: { ...write, rules: readContactEdit },
        schema: { tags, params: contactParams, body: EditContactSchema, response: { 200: ContactSchema } },
      },
      async ({ key, params, body }) =>
        presentContact(
          await transact((work) => editContact(work, key.mode, params.id, params.contactId, body)),
        ),
    );

    app.delete(
      '/:id/contacts/:contactId',
      { config: write, schema: { tags, params: contactParams, response: { 200: deleted } } },
      async ({ key, params }) => {
        await transact((work) => removeContact(work, key.mode, params.id, params.contactId));
        return { id: params.contactId, deleted: true as const };
      },
    );
  };
}
