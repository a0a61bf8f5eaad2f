import { momentOf } from '../domain/time/step-times';
import type { ErrorDetail } from '../errors';
import { Faults } from '../messages/message-rules';
import { readNewContent, type NewContent } from '../messages/new-content';
import type { CreateStep } from './sequence-schema';

/** A step that was found good. */
export interface ReadStep {
  /** From 1. */
  number: number;
  /** Epoch ms; null: at once. */
  at: number | null;
  content: NewContent;
}

/**
 * Reads the steps of a sequence that starts at `start` (epoch ms), and notes the faults of each, such as
 * `steps.3.text`. Only good ones are returned.
 */
export function readSteps(
  steps: CreateStep[],
  start: number,
  timezone: string,
  allowPrivateMedia: boolean,
  details: ErrorDetail[],
): ReadStep[] {
  return steps.flatMap((step, index) => {
    const faults = new Faults(details, `steps.${index}.`);
    const content = readNewContent(step, allowPrivateMedia, faults);
    // One without a time goes at once: of any step but the first, that is sooner forgotten than meant.
    if (index > 0 && step.after === undefined && step.at === undefined && step.local_time === undefined)
      faults.add(
        'after',
        'required',
        'is required from the second step on; give it as P3D for three days after the start, or give at or local_time',
      );
    const moment = momentOf(step, start, timezone);
    if (!moment.ok) {
      faults.add(moment.path, moment.code, moment.message);
      return [];
    }
    return [{ number: index + 1, at: moment.at, content }];
  });
}
