import type { IDataObject } from 'n8n-workflow';
import type { Asked } from './answers/read-answer';

/** The output of a question that nobody answered in time. @param isReview an AI agent waits for it */
export function timedOut(asked: Asked, isReview = false): IDataObject {
  if (asked.responseType !== 'approval') return { timed_out: true };
  return { timed_out: true, approved: false, ...(isReview ? { chatInput: NOBODY_ANSWERED } : {}) };
}

/** The agent's model reads this in place of a person's words. */
const NOBODY_ANSWERED =
  'Nobody answered in time, so this is not approved. Do not ask again; say that nobody has approved it.';
