import { parseRecipient } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { writeLocalTime } from '../domain/time/recurrence/local-time';
import type { Series } from '../domain/time/recurrence/occurrences';
import { readSeries } from '../domain/time/recurrence/read-series';
import { readTimes } from '../domain/time/read-times';
import { Faults, invalidRequest } from '../errors';
import { readNewContent, type NewContent } from '../messages/message-content';
import { readSender, senderChooser } from '../sessions/senders';
import type { Sql } from '../store/sql/database';
import { findAudience } from '../store/tables/audiences';
import type { RecurrenceRow } from '../store/tables/recurrences';
import type { SessionRow } from '../store/tables/sessions';
import type { CreateRecurrence } from './recurrence-schema';

export interface RecurrenceRules {
  allowPrivateMedia: boolean;
}

/** A recurrence that passed every check. */
export interface ReadRecurrence {
  /** Who gets it; null for an audience. */
  recipient: { to: string; chatId: string } | null;
  series: Series;
  content: NewContent;
  session: SessionRow;
}

/**
 * Reads a new recurrence, and stores nothing.
 * @throws EngineError `invalid_request` with every fault, or an error of the sender chooser
 */
export async function readRecurrence(
  sql: Sql,
  mode: Mode,
  input: CreateRecurrence,
  now: Date,
  { allowPrivateMedia }: RecurrenceRules,
): Promise<ReadRecurrence> {
  const faults = new Faults();
  const recipient = input.to === undefined ? null : faults.read('to', parseRecipient(input.to));
  if (input.audience_id === undefined) {
    if (input.to === undefined)
      faults.add('to', 'required', 'is required, unless audience_id is given. Use one of them.');
  } else {
    if (input.to !== undefined)
      faults.add('to', 'given_twice', 'cannot be combined with audience_id. Use one of them.');
    checkForAudience(input, faults);
    if (!(await findAudience(sql, mode, input.audience_id)))
      faults.add(
        'audience_id',
        'not_found',
        'does not exist for this key. Use the id of one from GET /v1/audiences.',
      );
  }
  const series = readSeries(input, now.getTime(), faults);
  readTimes({ send_window: input.send_window }, now.getTime(), faults);
  const content = readNewContent(input, allowPrivateMedia, faults);
  const session = readSender(input.from, await senderChooser(sql, mode), faults);
  if (!series || !session || faults.details.length > 0) throw invalidRequest(faults.details);
  return { recipient, series, content, session };
}

/** What a campaign cannot do. */
function checkForAudience(input: CreateRecurrence, faults: Faults): void {
  if (input.until_reply)
    faults.add(
      'until_reply',
      'not_with_audience',
      'cannot be combined with audience_id. Create one for each person.',
    );
  if (input.type === 'poll')
    faults.add('type', 'not_with_audience', 'cannot be poll with audience_id. Use text or media.');
  if (input.type === 'media' && input.media.data_base64 !== undefined)
    faults.add('media.data_base64', 'not_with_audience', 'cannot be used with audience_id. Use media.url.');
}

/** A series as columns of its row. */
export function columnsOf(
  series: Series,
): Pick<RecurrenceRow, 'rrule' | 'start_local' | 'timezone' | 'exdates' | 'last_local' | 'until_at'> {
  return {
    rrule: series.rrule,
    start_local: writeLocalTime(series.start),
    timezone: series.timezone,
    exdates: series.exdates.map(writeLocalTime),
    last_local: series.last === null ? null : writeLocalTime(series.last),
    until_at: series.until === null ? null : new Date(series.until),
  };
}
