import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import { textOf } from '../read-field';

/** The fields of the form, as `getNodeParameter` gives them. */
export type ReadField = (name: string) => unknown;

const FREQUENCIES: Record<string, string> = {
  daily: 'DAILY',
  weekly: 'WEEKLY',
  monthly: 'MONTHLY',
  yearly: 'YEARLY',
};

/**
 * The fields of the form as body fields of the engine's API: `rrule`, `start`, `timezone`. The engine checks the rule.
 * @param workflowZone for a form without a time zone
 * @param now for a form without a start date
 * @throws Error that names the field
 */
export function readSchedule(read: ReadField, workflowZone: string, now = DateTime.now()): IDataObject {
  const timezone = textOf(read('timezone'), 'Time Zone').trim() || workflowZone;
  const start = readDay(read('startDate'), timezone, 'Start Date') ?? now.setZone(timezone).toISODate();
  return {
    rrule: ruleOf(read, timezone),
    start: `${String(start)}T${readTimeOfDay(read('timeOfDay'))}`,
    timezone,
  };
}

function ruleOf(read: ReadField, zone: string): string {
  const repeat = String(read('repeat') ?? 'weekly');
  if (repeat === 'rrule') {
    const rule = textOf(read('rrule'), 'Rule').trim();
    if (rule) return rule;
    throw new Error('Rule is empty. Write one such as FREQ=WEEKLY;BYDAY=MO,TH.');
  }
  const frequency = FREQUENCIES[repeat];
  if (!frequency)
    throw new Error(`Repeat: "${repeat}" is not valid. Use daily, weekly, monthly, yearly or rrule.`);
  const every = readNumber(read('every') ?? 1, 'Every', 1, 10_000);
  return [
    `FREQ=${frequency}`,
    ...(every > 1 ? [`INTERVAL=${every}`] : []),
    ...daysOf(repeat, read),
    ...endOf(read, zone),
  ].join(';');
}

function daysOf(repeat: string, read: ReadField): string[] {
  if (repeat === 'weekly') {
    const days = ([read('weekDays') ?? []].flat() as unknown[]).map(String).filter(Boolean);
    // Without days it is the weekday of the start.
    return days.length > 0 ? [`BYDAY=${days.join(',')}`] : [];
  }
  if (repeat !== 'monthly') return [];
  if (String(read('monthlyOn') ?? 'day') === 'day') {
    const day = readNumber(read('dayOfMonth') ?? 1, 'Day of the Month', -31, 31);
    if (day !== 0) return [`BYMONTHDAY=${day}`];
    throw new Error('Day of the Month: 0 is not valid. Use 1 to 31, or -1 for the last day.');
  }
  return [`BYDAY=${String(read('nth') ?? 1)}${String(read('weekDay') ?? 'MO')}`];
}

function endOf(read: ReadField, zone: string): string[] {
  const ends = String(read('ends') ?? 'never');
  if (ends === 'count') return [`COUNT=${readNumber(read('count') ?? 10, 'Times', 1, 1000)}`];
  if (ends !== 'date') return [];
  const day = readDay(read('endDate'), zone, 'Last Day');
  if (day) return [`UNTIL=${day.replaceAll('-', '')}`];
  throw new Error('Last Day is empty. Choose a date, or let it end in another way.');
}

/** The day of a date-time field, as its zone's calendar says, such as `2026-03-02`; null if it is empty. */
function readDay(value: unknown, zone: string, label: string): string | null {
  const text = textOf(value, label).trim();
  if (!text) return null;
  const day = DateTime.fromISO(text, { zone });
  if (day.isValid) return day.toISODate();
  throw new Error(`${label}: "${text.slice(0, 40)}" is not a date. Use one like 2026-07-01.`);
}

function readTimeOfDay(value: unknown): string {
  const text = textOf(value, 'Time of Day').trim();
  const match = /^(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(text);
  if (match) return `${match[1]!.padStart(2, '0')}:${match[2]}`;
  throw new Error(`Time of Day: "${text.slice(0, 20)}" is not a time. Write it like 09:00 or 18:30.`);
}

function readNumber(value: unknown, label: string, from: number, to: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= from && number <= to) return number;
  throw new Error(
    `${label}: "${String(value).slice(0, 20)}" is not valid. Use a whole number from ${from} to ${to}.`,
  );
}
