import { z } from 'zod';
import type { OptOutRow } from '../store/tables/opt-outs';

export const CreateOptOutSchema = z.strictObject({
  to: z.string().min(1).max(128).describe('+14155551234, or a chat id'),
});

export const OptOutSchema = z.object({
  to: z.string(),
  chat_id: z.string(),
  source: z.enum(['reply', 'api']).describe('whether the person wrote a stop word'),
  created_at: z.string(),
});

/** An opt-out as the API shows it and events carry it. */
export function presentOptOut(row: OptOutRow): z.output<typeof OptOutSchema> {
  return {
    to: row.recipient,
    chat_id: row.chat_id,
    source: row.source,
    created_at: row.created_at.toISOString(),
  };
}
