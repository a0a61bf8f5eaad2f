import { parseDestination } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { EngineError, notFound, validOrThrow } from '../errors';
import type { Work } from '../events/transact';
import { idsOfChat } from '../store/tables/person-names';
import { lockCancelable, lockMessage, type MessageRow } from '../store/tables/messages';
import { canceled, isChangeable, isSkipped, storeChanges, unskipped } from '../changes/message-changes';
import type { CancelMany } from './message-schema';

/**
 * Cancels a message that has not been handed over. Canceling it again changes nothing.
 * @throws EngineError `not_found`, or `conflict` when it is too late.
 */
export async function cancelMessage(work: Work, mode: Mode, id: string): Promise<MessageRow> {
  const row = await lockMessage(work.sql, mode, id);
  if (!row) throw notFound('message', id);
  if (row.status === 'canceled') return isSkipped(row) ? cancelForGood(work, row) : row;
  if (!isChangeable(row)) {
    const why = row.status === 'failed' ? 'has failed' : 'was already handed to WhatsApp';
    throw new EngineError('conflict', `The message ${why} (status ${row.status}), so it cannot be canceled.`);
  }
  const change = canceled(row, work.now);
  await storeChanges(work, [change]);
  return change.row;
}

async function cancelForGood(work: Work, row: MessageRow): Promise<MessageRow> {
  const change = unskipped(row);
  await storeChanges(work, [change]);
  return change.row;
}

/**
 * Cancels every pending message that matches all given fields. One that was skipped is canceled already, and no longer comes
 * back if its moment moves.
 * @returns the messages that were pending
 * @throws EngineError `invalid_request` if `to` is not a valid recipient.
 */
export async function cancelMatching(work: Work, mode: Mode, filter: CancelMany): Promise<MessageRow[]> {
  const recipient = filter.to === undefined ? null : validOrThrow('to', parseDestination(filter.to));
  const rows = await lockCancelable(work.sql, mode, {
    whos: recipient ? await idsOfChat(work.sql, mode, recipient.chatId) : undefined,
    reference: filter.reference,
    sequenceIds: filter.sequence_id === undefined ? undefined : [filter.sequence_id],
    campaignId: filter.campaign_id,
  });
  const changes = rows.filter(isChangeable).map((row) => canceled(row, work.now));
  await storeChanges(work, [...changes, ...rows.filter(isSkipped).map(unskipped)], 'canceled');
  return changes.map((change) => change.row);
}
