import type { Mode } from '../domain/mode';
import { readTimes } from '../domain/time/read-times';
import { readSeries } from '../domain/time/recurrence/read-series';
import { EngineError, Faults, notFound } from '../errors';
import type { Work } from '../events/transact';
import { endRecurrences, NOTHING_PLANNED } from '../changes/recurrence-changes';
import { canceled, changed, freeFile, storeChanges } from '../changes/message-changes';
import { readMedia, storeBytes, type ReadMedia } from '../messages/message-content';
import { refuseTakenOver } from '../messages/refuse-taken-over';
import { saveTerms, type CampaignRow } from '../store/tables/campaigns';
import type { MessageRow } from '../store/tables/messages';
import {
  LIVE_STATUSES,
  lockRecurrence,
  saveRecurrence,
  type RecurrenceRow,
} from '../store/tables/recurrences';
import { campaignTerms, contentOf, messageTerms, messageTimes, ownMedia } from './make-occurrence';
import { findNext, planned, planNext } from './plan-next';
import { abort, lockPlanned } from './planned-occurrence';
import { columnsOf, type RecurrenceRules } from './read-recurrence';
import type { EditRecurrence } from './recurrence-schema';

/**
 * Changes a recurrence from its next occurrence on. What has been made of that is changed with it: the fields that `edit`
 * names, and nothing else, so that what was changed in it alone stays.
 * @throws EngineError `not_found`; `conflict` once it has ended; `invalid_request` with every fault
 */
export async function editRecurrence(
  work: Work,
  mode: Mode,
  id: string,
  edit: EditRecurrence,
  rules: RecurrenceRules,
): Promise<RecurrenceRow> {
  const row = refuseEnded(await lockRecurrence(work.sql, mode, id), id, 'changed');
  const { fields, media } = readEdit(row, edit, work.now, rules);
  const edited: RecurrenceRow = { ...row, ...fields };
  if (edit.cancel_on_takeover && row.who !== null)
    await refuseTakenOver(work.sql, [{ ...row, who: row.who, cancel_on_takeover: true }], work.now);
  if (media) storeBytes(work.sql, media, work.now);
  freeFile(work.sql, row.media, edited.media);
  if (row.status !== 'active') return saved(work, edited);
  const isRetimed = TIMES.some((name) => edit[name] !== undefined);
  const open = await lockPlanned(work, row);
  if (open === null || row.planned_at === null || row.planned_at <= work.now) {
    // It is being sent, or was canceled alone: then another rule begins now, and the same one after it.
    const isAhead = row.planned_at !== null && row.planned_at > work.now;
    return isAhead && isRetimed ? replan(work, edited) : saved(work, edited);
  }
  if (!isRetimed) {
    await changeOpen(work, open, edited, edit, null);
    return saved(work, edited);
  }
  const { next } = findNext(edited, work.now.getTime(), work.now.getTime());
  if (next === null) {
    await cancelOpen(work, open);
    return endRecurrences(work, [edited], 'ended', 'no_more_occurrences')[0]!;
  }
  await changeOpen(work, open, edited, edit, next);
  return saved(work, planned(edited, row.planned_id!, next));
}

/** Fields that change when it goes. */
const TIMES = ['rrule', 'start', 'timezone', 'exdates', 'send_window'] as const;
const TERMS = ['reference', 'only_while_bot', 'cancel_on_takeover', 'send_window'] as const;

type Open = { message: MessageRow } | { campaign: CampaignRow };
type NextOccurrence = ReturnType<typeof findNext>['next'];

async function changeOpen(
  work: Work,
  open: Open,
  row: RecurrenceRow,
  edit: EditRecurrence,
  next: NextOccurrence,
): Promise<void> {
  if ('campaign' in open) {
    const { campaign } = open;
    const when = next ?? {
      moment: campaign.send_at!.getTime(),
      deadline: campaign.start_by!.getTime(),
      isShut: false,
    };
    return saveTerms(work.sql, { ...campaign, ...campaignTerms(row, when) });
  }
  const { message } = open;
  const terms = messageTerms(row);
  const edited: MessageRow = {
    ...message,
    ...((edit.text ?? edit.poll) === undefined ? {} : contentOf(row)),
    ...(edit.media === undefined ? {} : { media: await ownMedia(work, row) }),
    ...Object.fromEntries(TERMS.flatMap((name) => (edit[name] === undefined ? [] : [[name, terms[name]]]))),
    ...(next === null ? {} : { ...messageTimes(row, next, work.now), status: 'scheduled' }),
    revision: message.revision + 1,
  };
  await storeChanges(work, [changed(edited)]);
  freeFile(work.sql, message.media, edited.media);
  work.wake(edited.session_id, edited.due_at.getTime());
}

async function cancelOpen(work: Work, open: Open): Promise<void> {
  if ('campaign' in open) return abort(work, open.campaign, null);
  await storeChanges(work, [canceled(open.message, work.now)]);
}

/** The row with its next occurrence made anew. */
export async function replan(
  work: Work,
  row: RecurrenceRow,
  after = work.now.getTime(),
): Promise<RecurrenceRow> {
  const next = await planNext(work, { ...row, ...NOTHING_PLANNED }, after);
  return next.isOver ? next.row : saved(work, next.row);
}

export function saved(work: Work, row: RecurrenceRow): RecurrenceRow {
  saveRecurrence(work.sql, row);
  return row;
}

/** @throws EngineError `not_found`, or `conflict` once it has ended */
export function refuseEnded(row: RecurrenceRow | undefined, id: string, verb: string): RecurrenceRow {
  if (!row) throw notFound('recurrence', id);
  if ((LIVE_STATUSES as readonly string[]).includes(row.status)) return row;
  const end = row.status === 'ended' ? 'has ended' : 'was stopped by a reply';
  throw new EngineError('conflict', `The recurrence ${end}, so it cannot be ${verb}. Create a new one.`);
}

/** @throws EngineError `invalid_request` with every fault */
function readEdit(
  row: RecurrenceRow,
  edit: EditRecurrence,
  now: Date,
  { allowPrivateMedia }: RecurrenceRules,
): { fields: Partial<RecurrenceRow>; media: ReadMedia | null } {
  const faults = new Faults();
  for (const type of ['text', 'media', 'poll'] as const)
    if (edit[type] !== undefined && row.type !== type)
      faults.add(type, 'wrong_type', `is not a field of a recurring ${row.type} message.`);
  if (row.audience_id !== null && edit.until_reply)
    faults.add('until_reply', 'not_with_audience', 'cannot be combined with audience_id.');
  if (row.audience_id !== null && edit.media?.data_base64 !== undefined)
    faults.add('media.data_base64', 'not_with_audience', 'cannot be used with audience_id. Use media.url.');
  if (row.audience_id === null && edit.on_missing_variable !== undefined)
    faults.add('on_missing_variable', 'only_with_audience', 'needs an audience_id.');
  const media = edit.media ? readMedia(edit.media, allowPrivateMedia, faults) : null;
  readTimes({ send_window: edit.send_window }, now.getTime(), faults);
  const whole = {
    rrule: edit.rrule ?? row.rrule,
    start: edit.start ?? row.start_local,
    timezone: edit.timezone ?? row.timezone,
    exdates: edit.exdates ?? row.exdates,
  };
  const isTimed = (['rrule', 'start', 'timezone', 'exdates'] as const).some(
    (name) => edit[name] !== undefined,
  );
  const series = isTimed ? readSeries(whole, now.getTime(), faults) : null;
  faults.throwIfAny();
  const { until_reply, only_while_bot, cancel_on_takeover, on_missing_variable } = edit;
  return {
    fields: {
      ...(series ? columnsOf(series) : {}),
      ...(edit.text === undefined ? {} : { text: edit.text }),
      ...(edit.poll === undefined ? {} : { poll: edit.poll }),
      ...(media ? { media: media.stored } : {}),
      ...(edit.send_window === undefined ? {} : { send_window: edit.send_window }),
      ...(edit.reference === undefined ? {} : { reference: edit.reference }),
      ...given({ until_reply, only_while_bot, cancel_on_takeover, on_missing_variable }),
    },
    media,
  };
}

/** The fields that have a value. */
function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
