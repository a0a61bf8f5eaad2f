import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { DateTime } from 'luxon';

/**
 * Adds `send_at_local` to a scheduled message: its time in the workflow's time zone. A hint above the output spells out
 * the first one, so that a wrong time zone is noticed in time.
 */
export function showMoment(context: IExecuteFunctions, message: IDataObject, itemIndex: number): IDataObject {
  if (typeof message.send_at !== 'string') return message;
  const zone = context.getTimezone();
  const moment = DateTime.fromISO(message.send_at, { zone });
  const text = moment.setLocale('en-GB').toLocaleString({ ...DateTime.DATETIME_MED_WITH_WEEKDAY });
  const isSkipped = (message.moment as IDataObject | null | undefined)?.skipped === true;
  const shown = isSkipped
    ? `Skipped: it would have been sent ${text}, ${zone} time. "Move" brings it back if that is ahead again.`
    : message.status === 'scheduled' &&
      `Will be sent ${text}, ${zone} time (${moment.toRelative({ locale: 'en' })})`;
  if (itemIndex === 0 && shown) context.addExecutionHints({ message: shown, location: 'outputPane' });
  return { ...message, send_at_local: moment.toISO() };
}
