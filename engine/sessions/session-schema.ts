import { z } from 'zod';
import { LINK_STATES } from '../domain/link-state';
import { PacingEditSchema, PacingSchema } from '../pacing/pacing-schema';

const name = z.string().min(1).max(120);

export const CreateSessionSchema = z.strictObject({
  name: name.nullable().optional().describe("the caller's own word for it, such as Front desk"),
});
export type CreateSession = z.output<typeof CreateSessionSchema>;

export const EditSessionSchema = z
  .strictObject({ name: name.nullable().optional(), pacing: PacingEditSchema.optional() })
  .refine((edit) => Object.keys(edit).length > 0, { error: 'give at least one field to change', path: [] });
export type EditSession = z.output<typeof EditSessionSchema>;

export const PairingCodeRequestSchema = z.strictObject({
  phone: z.string().min(1).max(32).describe('number of the phone that is to be linked, such as +14155551234'),
});

export const SessionSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  push_name: z.string().nullable().describe('the name that the account shows to others'),
  state: z.enum(LINK_STATES),
  reason: z.string().nullable().describe('why it is in this state, for a person to read'),
  restricted_until: z.string().nullable(),
  connected_at: z.string().nullable(),
  created_at: z.string(),
  pacing: PacingSchema,
});

export const QrSchema = z.object({
  qr: z.string().describe('text of the QR code to scan with the phone'),
  expires_at: z.string().describe('ask again then: WhatsApp changes the code every 20 to 60 seconds'),
});

export const PairingCodeSchema = z.object({
  code: z.string().describe('to type on the phone'),
  expires_at: z.string(),
});
