import type { IDataObject } from 'n8n-workflow';
import { textOf } from '../read-field';

const NAME = 'Answers From';

/** Fewer digits than any phone number has. */
const TOO_FEW_DIGITS = /^\D*(\d\D*){0,4}$/;

/**
 * Who may answer a question in a group, as phone numbers; everybody if there are none. An entry whose expression returns
 * nothing is an error: without it, everybody could answer.
 * @param options the options of the operation
 * @throws Error that says which entry is no phone number
 */
export function readAnswersFrom(options: IDataObject): string[] {
  if (!('answersFrom' in options)) return [];
  const { answersFrom: given } = options;
  const rows: unknown[] = Array.isArray(given) ? given : textOf(given, NAME).split('\n');
  return rows.map((row, index) => {
    const phone = textOf(row, NAME).trim();
    if (!TOO_FEW_DIGITS.test(phone)) return phone;
    const shown = phone === '' ? 'is empty' : `is "${phone.slice(0, 32)}", which is not a phone number`;
    throw new Error(`${NAME}: entry ${index + 1} ${shown}. Check its expression, or remove the entry.`);
  });
}
