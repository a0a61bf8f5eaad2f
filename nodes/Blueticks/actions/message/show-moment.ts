import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { DateTime } from 'luxon';

/**
 * A message as the output shows it: where it has a moment to go out at, the same in the workflow's time zone beside
 * it. The first one's is said in words above the output, so that a wrong zone is seen before it matters.
 */
export function showMoment(context: IExecuteFunctions, message: IDataObject, itemIndex: number): IDataObject {
  if (typeof message.send_at !== 'string') return message;
  const zone = context.getTimezone();
  const moment = DateTime.fromISO(message.send_at, { zone });
  if (itemIndex === 0 && message.status === 'scheduled') {
    const words = moment.setLocale('en-GB').toLocaleString({ ...DateTime.DATETIME_MED_WITH_WEEKDAY });
    context.addExecutionHints({
      message: `Goes out ${words}, ${zone} time (${moment.toRelative({ locale: 'en' })})`,
      location: 'outputPane',
    });
  }
  return { ...message, send_at_local: moment.toISO() };
}
