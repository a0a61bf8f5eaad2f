import { readNumbers, type NumberRange } from './rule-numbers';

/** What is wrong with a rule. `message` follows `rrule`. */
export interface RuleFault {
  code: string;
  message: string;
}

/** How often, from the longest period. RFC 5545 also has SECONDLY. */
const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** More would take too long to count; a rule with UNTIL may go on for ever. */
export const MOST_COUNT = 1000;
const MOST_INTERVAL = 10_000;

const NUMBERS: Record<string, NumberRange> = {
  INTERVAL: { from: 1, to: MOST_INTERVAL, single: true },
  COUNT: { from: 1, to: MOST_COUNT, single: true, advice: 'Use UNTIL for a longer time.' },
  // With one second a minute, no two messages are less than a minute apart.
  BYSECOND: { from: 0, to: 59, single: true },
  BYMINUTE: { from: 0, to: 59 },
  BYHOUR: { from: 0, to: 23 },
  BYMONTHDAY: { from: 1, to: 31, negative: true },
  BYYEARDAY: { from: 1, to: 366, negative: true },
  BYWEEKNO: { from: 1, to: 53, negative: true },
  BYMONTH: { from: 1, to: 12 },
  BYSETPOS: { from: 1, to: 366, negative: true },
};
const DAY = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;
const UNTIL = /^\d{8}(T\d{6}Z?)?$/;
const NAMES = ['FREQ', 'UNTIL', 'BYDAY', 'WKST', ...Object.keys(NUMBERS)];

/** The parts of a valid rule, by name and in capitals. */
export type RuleParts = ReadonlyMap<string, string> & { get(name: 'FREQ'): Frequency };

/**
 * Reads an RRULE of RFC 5545 (3.3.10), such as `FREQ=WEEKLY;BYDAY=MO,TH`. Case and a leading `RRULE:` are ignored.
 *
 * Refused although RFC 5545 knows them: whatever repeats more than once a minute, COUNT above 1,000, and combinations in
 * which the library picks wrong days (docs/decisions/recurrence-library.md).
 */
export function readRuleParts(text: string): { parts: RuleParts; faults: RuleFault[] } {
  const faults: RuleFault[] = [];
  const fault = (code: string, message: string): void => void faults.push({ code, message });
  const parts = new Map<string, string>();
  for (const piece of text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [name = '', value = '', ...more] = piece.split('=').map((part) => part.trim());
    if (piece.trim() === '') continue;
    if (!NAMES.includes(name) || value === '' || more.length > 0)
      fault('unknown_part', `has the part "${piece.trim().slice(0, 40)}". ${adviceOn(name)}`);
    else if (parts.has(name)) fault('duplicate', `has ${name} twice. Use it once.`);
    else parts.set(name, value);
  }
  checkFrequency(parts.get('FREQ'), fault);
  for (const [name, range] of Object.entries(NUMBERS)) {
    const wrong = readNumbers(name, parts.get(name), range);
    if (wrong !== null) fault('invalid_part', wrong);
  }
  checkDays(parts, fault);
  checkCombinations(parts, fault);
  return { parts: parts as RuleParts, faults };
}

type AddFault = (code: string, message: string) => void;

function adviceOn(name: string): string {
  if (name === 'DTSTART' || name.startsWith('DTSTART')) return 'Give the first moment in start.';
  if (name === 'EXDATE' || name.startsWith('EXDATE')) return 'Give exceptions in exdates.';
  return 'Write parts such as FREQ=WEEKLY and BYDAY=MO,TH, with ; between them.';
}

function checkFrequency(given: string | undefined, fault: AddFault): void {
  if (given === 'SECONDLY')
    fault('too_often', 'repeats more than once a minute. The shortest is FREQ=MINUTELY.');
  else if (given === undefined)
    fault('required', `has no FREQ. Begin it with FREQ= and one of ${FREQUENCIES.join(', ')}.`);
  else if (!(FREQUENCIES as readonly string[]).includes(given))
    fault('invalid_part', `has FREQ=${given.slice(0, 20)}. Use one of ${FREQUENCIES.join(', ')}.`);
}

function checkDays(parts: Map<string, string>, fault: AddFault): void {
  const days = parts.get('BYDAY')?.split(',') ?? [];
  const weekStart = parts.get('WKST');
  if (weekStart !== undefined && !/^(MO|TU|WE|TH|FR|SA|SU)$/.test(weekStart))
    fault('invalid_part', `has WKST=${weekStart.slice(0, 20)}. Use one of MO, TU, WE, TH, FR, SA, SU.`);
  const until = parts.get('UNTIL');
  if (until !== undefined && !UNTIL.test(until))
    fault('invalid_part', `has UNTIL=${until.slice(0, 40)}. Write 20261231, or 20261231T220000Z.`);
  const unknown = days.find((day) => !DAY.test(day));
  if (unknown !== undefined)
    return fault('invalid_part', `has BYDAY with "${unknown.slice(0, 20)}". Write MO, or 1MO for the first.`);
  const numbers = days.flatMap((day) => DAY.exec(day)![1] ?? []).map(Number);
  if (numbers.length === 0) return;
  const frequency = parts.get('FREQ');
  if (frequency !== 'MONTHLY' && frequency !== 'YEARLY')
    return fault('invalid_part', 'has BYDAY with numbers, which need FREQ=MONTHLY or FREQ=YEARLY.');
  const ofMonth = frequency === 'MONTHLY' || parts.has('BYMONTH');
  const most = ofMonth ? 5 : 52;
  if (numbers.some((number) => number === 0 || Math.abs(number) > most))
    fault(
      'invalid_part',
      `has BYDAY with a number that is not 1 to ${most} or -1 to -${most}, counted in a ${ofMonth ? 'month' : 'year'}.`,
    );
}

function checkCombinations(parts: Map<string, string>, fault: AddFault): void {
  const has = (name: string): boolean => parts.has(name);
  const clash = (name: string, ...others: string[]): void => {
    const other = has(name) && others.find(has);
    if (other) fault('not_together', `cannot combine ${name} with ${other}. Use only one of them.`);
  };
  const frequency = parts.get('FREQ');
  clash('COUNT', 'UNTIL');
  clash('BYYEARDAY', 'BYMONTH', 'BYMONTHDAY', 'BYWEEKNO', 'BYDAY');
  clash('BYWEEKNO', 'BYMONTH', 'BYMONTHDAY');
  if (/\d/.test(parts.get('BYDAY') ?? '')) clash('BYDAY', 'BYMONTHDAY', 'BYWEEKNO');
  if (frequency === 'WEEKLY' && has('BYMONTHDAY'))
    fault('not_together', 'cannot combine FREQ=WEEKLY with BYMONTHDAY. Use FREQ=MONTHLY.');
  for (const name of ['BYYEARDAY', 'BYWEEKNO'])
    if (has(name) && frequency !== 'YEARLY') fault('not_together', `has ${name}, which needs FREQ=YEARLY.`);
  const isBy = (name: string): boolean => name.startsWith('BY') && name !== 'BYSETPOS';
  if (has('BYSETPOS') && ![...parts.keys()].some(isBy))
    fault('not_together', 'has BYSETPOS without another BY part to choose from, such as BYDAY.');
}
