import { z } from 'zod';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { personIdOf } from '../domain/people/person-id';
import { notFound, validOrThrow } from '../errors';
import type { Work } from '../events/transact';
import { to } from '../request-fields';
import { stopForOptOut } from '../sequences/stop-ongoing';
import { noteOptOut } from '../store/tables/campaign-answers';
import {
  deleteOptOuts,
  findOptOuts,
  insertOptOut,
  OPT_OUT_SOURCES,
  type OptOutRow,
} from '../store/tables/opt-outs';
import { findOngoing } from '../store/tables/ongoing';
import { findWhoForNew, idsOfChat, idsOfPeople } from '../store/tables/person-names';

export const CreateOptOutSchema = z.strictObject({ to });

export const OptOutSchema = z.object({
  to: z.string(),
  chat_id: z.string(),
  person_id: z.string().nullable(),
  source: z.enum(OPT_OUT_SOURCES).describe('reply: the person sent a stop word'),
  created_at: z.string(),
});

/**
 * Opts a person out of campaigns, sequences and recurring messages, and ends those that go on.
 * @returns the opt-out, new or existing.
 * @throws EngineError `invalid_request` if `to` is not a valid recipient.
 */
export async function createOptOut(
  work: Work,
  mode: Mode,
  text: string,
): Promise<{ row: OptOutRow; isNew: boolean }> {
  const { to: recipient, chatId } = validOrThrow('to', parseRecipient(text));
  const who = (await findWhoForNew(work.sql, mode, [chatId]))(chatId);
  const ids = await idsOfPeople(work.sql, [who]);
  const [before] = await findOptOuts(work.sql, mode, ids);
  if (before) return { row: before, isNew: false };
  await stopForOptOut(work, mode, await findOngoing(work.sql, mode, ids));
  const row: OptOutRow = { mode, who, chat_id: chatId, recipient, source: 'api', created_at: work.now };
  if (await addOptOut(work, row)) return { row, isNew: true };
  const [meanwhile] = await findOptOuts(work.sql, mode, ids);
  return { row: meanwhile ?? row, isNew: false };
}

/** Ends an opt-out, so that campaigns, sequences and recurring messages reach the person again. @throws EngineError `not_found` or `invalid_request` */
export async function removeOptOut(work: Work, mode: Mode, text: string): Promise<void> {
  const { chatId } = validOrThrow('to', parseRecipient(text));
  if (!(await deleteOptOuts(work.sql, mode, await idsOfChat(work.sql, mode, chatId))))
    throw notFound('opt-out of', text);
}

/**
 * Stores an opt-out and its event. Call it after ending the person's messages and sequences: all code locks in this
 * order.
 * @returns whether it is new.
 */
export async function addOptOut(work: Work, row: OptOutRow): Promise<boolean> {
  const isNew = await insertOptOut(work.sql, row);
  if (isNew) {
    noteOptOut(work.sql, row.mode, row.who, work.now);
    work.tell([
      {
        mode: row.mode,
        type: 'opt_out.created',
        data: presentOptOut(row),
        chatId: row.chat_id,
        who: row.who,
      },
    ]);
  }
  return isNew;
}

/** An opt-out as the API and events show it. */
export function presentOptOut(row: OptOutRow): z.output<typeof OptOutSchema> {
  return {
    to: row.recipient,
    chat_id: row.chat_id,
    person_id: personIdOf(row.who),
    source: row.source,
    created_at: row.created_at.toISOString(),
  };
}
