import type { IDataObject } from 'n8n-workflow';
import { toRfc3339 } from '../date-time';
import { readList } from '../read-list';
import { textOf } from '../read-text';

/** ISO 8601 durations by unit; a day is one of the calendar, also where the clocks change. */
const DURATIONS: Record<string, (amount: number) => string> = {
  minutes: (amount) => `PT${amount}M`,
  hours: (amount) => `PT${amount}H`,
  days: (amount) => `P${amount}D`,
  weeks: (amount) => `P${amount}W`,
};

/** The steps of the form as the engine's body field. @throws Error that names the step */
export function readSteps(value: unknown, zone: string): IDataObject[] {
  const rows = ((value as IDataObject | undefined)?.step ?? []) as IDataObject[];
  if (rows.length === 0) throw new Error('Steps: there is none. Add at least one.');
  return rows.map((row, index) => readStep(row, zone, `Step ${index + 1}`));
}

function readStep(row: IDataObject, zone: string, name: string): IDataObject {
  const localTime = textOf(row.localTime).trim();
  return {
    ...readMoment(row, zone, name),
    ...(localTime ? { local_time: localTime } : {}),
    ...readContent(row),
  };
}

function readMoment(row: IDataObject, zone: string, name: string): IDataObject {
  if (row.when === 'at') {
    return { at: toRfc3339(row.at, zone, `${name}, Date and Time`) };
  }
  const amount = Number(row.amount ?? 1);
  const duration = DURATIONS[String(row.unit ?? 'days')];
  if (!Number.isInteger(amount) || amount < 0 || !duration) {
    throw new Error(
      `${name}, Amount: ${textOf(row.amount)} ${textOf(row.unit)} is not a whole number of minutes, hours, days or weeks.`,
    );
  }
  return { after: duration(amount) };
}

function readContent(row: IDataObject): IDataObject {
  const type = String(row.type ?? 'text');
  const text = textOf(row.text);
  if (type === 'media') {
    return { type, media: { url: textOf(row.mediaUrl).trim(), ...(text ? { caption: text } : {}) } };
  }
  if (type === 'poll') {
    return { type, poll: { question: textOf(row.pollQuestion), options: readList(row.pollOptions) } };
  }
  return { type, text };
}
