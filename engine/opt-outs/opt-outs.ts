import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { invalidRequest, notFound } from '../errors';
import type { Work } from '../events/transact';
import { stopSequences } from '../sequences/stop-sequences';
import {
  deleteOptOuts,
  findOptOuts,
  insertOptOut,
  namesInMode,
  type OptOutRow,
} from '../store/tables/opt-outs';
import { listSequences } from '../store/tables/sequences';
import { presentOptOut } from './present-opt-out';

/**
 * Opts a person out of campaigns and sequences, and cancels the sequences that are under way.
 * @returns what there is now; one that was opted out before stays so.
 * @throws EngineError `invalid_request` where `to` is no recipient.
 */
export async function createOptOut(
  work: Work,
  mode: Mode,
  to: string,
): Promise<{ row: OptOutRow; isNew: boolean }> {
  const { to: recipient, chatId } = readTo(to);
  const names = await namesInMode(work.sql, mode, [chatId]);
  const [before] = await findOptOuts(work.sql, mode, names);
  if (before) return { row: before, isNew: false };
  const sequences = await findActiveSequences(work, mode, names);
  await stopSequences(work, mode, sequences, 'canceled');
  const row: OptOutRow = { mode, chat_id: chatId, recipient, source: 'api', created_at: work.now };
  if (await addOptOut(work, row)) return { row, isNew: true };
  const [meanwhile] = await findOptOuts(work.sql, mode, names);
  return { row: meanwhile ?? row, isNew: false };
}

/** Lets a person have campaigns and sequences again. @throws EngineError `not_found` or `invalid_request` */
export async function removeOptOut(work: Work, mode: Mode, to: string): Promise<void> {
  const { chatId } = readTo(to);
  const names = await namesInMode(work.sql, mode, [chatId]);
  if (!(await deleteOptOuts(work.sql, mode, names))) throw notFound('opt-out of', to);
}

/** Ids of all that goes to a person, under any of these names and from any session. */
export async function findActiveSequences(work: Work, mode: Mode, names: string[]): Promise<string[]> {
  const active = await listSequences(work.sql, mode, { status: 'active', chatIds: names }, null);
  return active.map(({ id }) => id);
}

/**
 * Stores an opt-out and tells it. After the messages and sequences that end with it: everybody locks in this order.
 * @returns whether it is new.
 */
export async function addOptOut(work: Work, row: OptOutRow): Promise<boolean> {
  const isNew = await insertOptOut(work.sql, row);
  if (isNew) {
    work.tell([{ mode: row.mode, type: 'opt_out.created', data: presentOptOut(row), chatId: row.chat_id }]);
  }
  return isNew;
}

function readTo(to: string): { to: string; chatId: string } {
  const parsed = parseRecipient(to);
  if (parsed.ok) return parsed;
  throw invalidRequest([{ path: 'to', code: 'invalid_recipient', message: parsed.message }]);
}
