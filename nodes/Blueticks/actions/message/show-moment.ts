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
  if (itemIndex === 0 && message.status === 'scheduled') {
    const text = moment.setLocale('en-GB').toLocaleString({ ...DateTime.DATETIME_MED_WITH_WEEKDAY });
    context.addExecutionHints({
      message: `Will be sent ${text}, ${zone} time (${moment.toRelative({ locale: 'en' })})`,
      location: 'outputPane',
    });
  }
  return { ...message, send_at_local: moment.toISO() };
}
