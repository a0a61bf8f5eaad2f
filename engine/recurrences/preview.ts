import { readSeries } from '../domain/time/recurrence/read-series';
import { takingPlace } from '../domain/time/recurrence/occurrence-times';
import { Occurrences } from '../domain/time/recurrence/occurrences';
import { readTimes } from '../domain/time/read-times';
import { Faults, invalidRequest } from '../errors';
import type { PreviewRecurrence } from './recurrence-schema';

/**
 * The next moments of a rule, without creating anything.
 * @param now epoch ms
 * @returns up to `count`, in RFC 3339
 * @throws EngineError `invalid_request` with every fault
 */
export function previewRecurrence(input: PreviewRecurrence, now: number, count: number): string[] {
  const faults = new Faults();
  const series = readSeries(input, now, faults);
  readTimes({ send_window: input.send_window }, now, faults);
  if (!series || faults.details.length > 0) throw invalidRequest(faults.details);
  const moments: string[] = [];
  for (const { moment, isShut } of takingPlace(new Occurrences(series), now, input.send_window ?? null)) {
    if (!isShut) moments.push(new Date(moment).toISOString());
    if (moments.length === count) break;
  }
  return moments;
}
