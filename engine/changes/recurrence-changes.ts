import { personIdOf } from '../domain/people/person-id';
import { takingPlace } from '../domain/time/recurrence/occurrence-times';
import { Occurrences } from '../domain/time/recurrence/occurrences';
import type { EventType } from '../domain/events/event-types';
import type { Work } from '../events/transact';
import { saveRecurrence, type EndedReason, type RecurrenceRow } from '../store/tables/recurrences';

/** How many moments ahead a recurrence shows. */
export const SHOWN_MOMENTS = 5;

/** A local time as rows have it, as `wallClock` writes it. */
export const wallOf = (local: string): number => Date.parse(`${local}Z`);

/** The moments of a recurrence. */
export function occurrencesOf(row: RecurrenceRow): Occurrences {
  return new Occurrences({
    rrule: row.rrule,
    start: wallOf(row.start_local),
    timezone: row.timezone,
    exdates: row.exdates.map(wallOf),
    last: row.last_local === null ? null : wallOf(row.last_local),
    until: row.until_at?.getTime() ?? null,
  });
}

/**
 * Ends recurrences that were locked, and tells of it. What is pending of them is canceled by the caller.
 * @returns them as they are now
 */
export function endRecurrences(
  work: Work,
  locked: readonly RecurrenceRow[],
  status: 'ended' | 'stopped_by_reply',
  reason: EndedReason | null,
): RecurrenceRow[] {
  const ended = locked.map((row): RecurrenceRow => ({
    ...row,
    ...{ status, ended_reason: reason, ended_at: work.now },
    ...NOTHING_PLANNED,
  }));
  for (const row of ended) saveRecurrence(work.sql, row);
  tellOfRecurrences(work, 'recurrence.ended', ended);
  return ended;
}

/** No message or campaign is made for the next occurrence. */
export const NOTHING_PLANNED = {
  planned_at: null,
  planned_id: null,
  deadline_at: null,
  planned_open: false,
} satisfies Partial<RecurrenceRow>;

/** @param more what the event says besides the recurrence */
export function tellOfRecurrences(
  work: Work,
  type: Extract<EventType, `recurrence.${string}`>,
  rows: readonly RecurrenceRow[],
  more: object = {},
): void {
  if (rows.length === 0) return;
  work.tell(
    rows.map((row) => ({
      mode: row.mode,
      type,
      data: { ...presentRecurrence(row, work.now), ...more },
      subjectId: row.id,
      fromPhone: row.from_phone,
      chatId: row.erased_at ? null : row.chat_id,
      who: row.erased_at ? null : row.who,
      reference: row.reference,
    })),
  );
}

/** A recurrence as the API and events show it. */
export function presentRecurrence(row: RecurrenceRow, now: Date) {
  const isCampaign = row.audience_id !== null;
  const recurrence = {
    id: row.id,
    to: row.recipient,
    audience_id: row.audience_id,
    person_id: row.who === null ? null : personIdOf(row.who),
    from: row.from_phone,
    rrule: row.rrule,
    start: row.start_local,
    timezone: row.timezone,
    exdates: row.exdates,
    type: row.type,
    text: row.text,
    media_url: row.media?.url ?? null,
    media_kind: row.media?.kind ?? null,
    media_caption: row.media?.caption ?? null,
    poll_question: row.poll?.question ?? null,
    poll_options: row.poll?.options ?? null,
    on_missing_variable: isCampaign ? row.on_missing_variable : null,
    send_window: row.send_window,
    until_reply: row.until_reply,
    only_while_bot: row.only_while_bot,
    cancel_on_takeover: row.cancel_on_takeover,
    reference: row.reference,
    status: row.status,
    next: nextMoments(row, now).map((at) => new Date(at).toISOString()),
    message_id: isCampaign ? null : row.planned_id,
    campaign_id: isCampaign ? row.planned_id : null,
    missed: row.missed,
    created_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    ended_reason: row.ended_reason,
    erased: false,
  };
  return row.erased_at ? recurrenceWithoutPerson(recurrence) : recurrence;
}

export type ShownRecurrence = ReturnType<typeof presentRecurrence>;

/** A recurrence as it is shown once its recipient is erased. */
export function recurrenceWithoutPerson<Shown extends object>(recurrence: Shown) {
  return {
    ...recurrence,
    to: null,
    person_id: null,
    text: null,
    media_url: null,
    media_caption: null,
    poll_question: null,
    poll_options: null,
    reference: null,
    erased: true,
  };
}

/** The next moments at which it sends, in epoch ms. */
function nextMoments(row: RecurrenceRow, now: Date): number[] {
  if (row.status !== 'active') return [];
  const planned = row.planned_at?.getTime() ?? null;
  const moments = planned !== null && row.planned_open && planned > now.getTime() ? [planned] : [];
  const after = Math.max(now.getTime(), planned ?? row.passed_at.getTime());
  for (const { moment, isShut } of takingPlace(occurrencesOf(row), after, row.send_window)) {
    if (!isShut) moments.push(moment);
    if (moments.length >= SHOWN_MOMENTS) break;
  }
  return moments;
}
