import { z } from 'zod';
import { chars, notEmpty, to } from '../request-fields';

/** Audiences and contacts in requests and responses: one definition for validation, types and OpenAPI. */
export const LONGEST_NAME = 120;
const MOST_AT_ONCE = 1000;

const name = chars(LONGEST_NAME);
const variables = z
  .record(z.string(), z.string())
  .describe('at most 32; names use letters, digits and _; values have up to 1024 characters');

export const NewContactSchema = z.strictObject({ to, variables: variables.optional() });
export type NewContact = z.output<typeof NewContactSchema>;

export const CreateAudienceSchema = z.strictObject({
  name,
  contacts: z.array(NewContactSchema).max(MOST_AT_ONCE).optional(),
});
export type CreateAudience = z.output<typeof CreateAudienceSchema>;

export const RenameAudienceSchema = z.strictObject({ name });

export const AddContactsSchema = z.strictObject({
  contacts: z.array(NewContactSchema).min(1).max(MOST_AT_ONCE),
});

export const EditContactSchema = notEmpty(
  z.strictObject({ to: to.optional(), variables: variables.optional().describe('replaces all variables') }),
);
export type EditContact = z.output<typeof EditContactSchema>;

export const ContactSchema = z.object({
  id: z.string(),
  to: z.string(),
  variables: z.record(z.string(), z.string()),
  added_at: z.string(),
});

export const AudienceSchema = z.object({
  id: z.string(),
  name: z.string(),
  contact_count: z.int(),
  created_at: z.string(),
});

export const AudiencePageSchema = AudienceSchema.extend({
  contacts: z.array(ContactSchema).optional(),
  page: z.int().optional(),
  has_more: z.boolean().optional(),
});

export const AddedSchema = z.object({ added: z.int(), contact_count: z.int() });
