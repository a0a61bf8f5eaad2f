import { newId } from '../domain/ids';
import { firstDueAt } from '../domain/messages/send-decision';
import { priorityRank } from '../domain/messages/priority';
import type { Occurrence } from '../domain/time/recurrence/occurrence-times';
import { writeLocalTime } from '../domain/time/recurrence/local-time';
import { wallClock } from '../domain/time/time-zone';
import type { Work } from '../events/transact';
import { storeNewMessages } from '../changes/message-changes';
import { newMessageRow } from '../changes/new-message-row';
import { findAudience } from '../store/tables/audiences';
import { insertCampaign, type CampaignRow } from '../store/tables/campaigns';
import { copyMediaFile } from '../store/tables/media-files';
import type { MessageRow } from '../store/tables/messages';
import type { RecurrenceRow } from '../store/tables/recurrences';

/** Makes the message or the campaign of an occurrence. @returns its id */
export async function makeOccurrence(
  work: Work,
  row: RecurrenceRow,
  occurrence: Occurrence,
): Promise<string> {
  if (row.audience_id !== null) {
    const audience = await findAudience(work.sql, row.mode, row.audience_id);
    const campaign: CampaignRow = {
      ...newCampaign(row, row.audience_id, work.now),
      ...campaignTerms(row, occurrence),
      total_count: audience?.contact_count ?? 0,
    };
    await insertCampaign(work.sql, campaign);
    return campaign.id;
  }
  const message = newMessageRow({
    mode: row.mode,
    session_id: row.session_id,
    from_phone: row.from_phone,
    recipient: row.recipient!,
    chat_id: row.chat_id!,
    who: row.who!,
    type: row.type,
    ...contentOf(row),
    media: await ownMedia(work, row),
    ...messageTerms(row),
    ...messageTimes(row, occurrence, work.now),
    priority: priorityRank('normal'),
    recurrence_id: row.id,
    created_at: work.now,
  });
  storeNewMessages(work, [message]);
  return message.id;
}

/** What the message says, but for its media. */
export const contentOf = ({ text, poll, link_preview }: RecurrenceRow) => ({ text, poll, link_preview });

/** Each message has a file of its own, because it is removed with the message. */
export async function ownMedia(work: Work, { media }: RecurrenceRow): Promise<MessageRow['media']> {
  if (media?.file_id === null || media?.file_id === undefined) return media;
  const id = newId('media');
  await copyMediaFile(work.sql, media.file_id, id, work.now);
  return { ...media, file_id: id };
}

export const messageTerms = (row: RecurrenceRow) => ({
  reference: row.reference,
  send_window: row.send_window,
  only_while_bot: row.only_while_bot,
  cancel_on_takeover: row.cancel_on_takeover,
});

/** When the message goes. It expires when its occurrence is missed, so it is never late. */
export function messageTimes(row: RecurrenceRow, { moment, deadline }: Occurrence, now: Date) {
  const due = firstDueAt({ sendAt: moment, sendWindow: row.send_window, expiresAt: deadline }, now.getTime());
  return { send_at: new Date(moment), expires_at: new Date(deadline), due_at: new Date(due) };
}

function newCampaign(row: RecurrenceRow, audienceId: string, now: Date): CampaignRow {
  return {
    id: newId('campaign'),
    mode: row.mode,
    name: '',
    audience_id: audienceId,
    session_id: row.session_id,
    from_phone: row.from_phone,
    session_ids: null,
    from_phones: null,
    status: 'pending',
    text: null,
    media: null,
    on_missing_variable: row.on_missing_variable,
    footer: null,
    send_at: null,
    send_window: null,
    pacing: null,
    variants: null,
    reply_days: null,
    only_while_bot: false,
    cancel_on_takeover: false,
    // Its contacts are those that the audience has when it starts.
    last_contact_id: null,
    expanded_through: null,
    expanded_all: false,
    total_count: 0,
    paused_reason: null,
    recurrence_id: row.id,
    start_by: null,
    created_at: now,
    started_at: null,
    completed_at: null,
    aborted_at: null,
    aborted_reason: null,
  };
}

const LONGEST_NAME = 100;

/** What a campaign has of its recurrence and its occurrence. */
export function campaignTerms(row: RecurrenceRow, { moment, deadline }: Occurrence) {
  const name = (row.reference ?? 'Recurring message').slice(0, LONGEST_NAME);
  const day = writeLocalTime(wallClock(row.timezone, moment)).slice(0, 10);
  return {
    name: `${name} ${day}`,
    text: row.text,
    media: row.media,
    on_missing_variable: row.on_missing_variable,
    send_window: row.send_window,
    only_while_bot: row.only_while_bot,
    cancel_on_takeover: row.cancel_on_takeover,
    send_at: new Date(moment),
    start_by: new Date(deadline),
  } satisfies Partial<CampaignRow>;
}
