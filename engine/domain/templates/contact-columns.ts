import { MOST_VARIABLES, RESERVED_NAME, isBlank, sameName } from './contact-variables';
import { columnName, isReserved, LONGEST_VARIABLE_NAME, nameKey } from './variable-name';

/** The possible names of the recipient's column, in any case. If a file has several, the first in this list counts. */
const RECIPIENT_NAMES = ['to', 'phone', 'mobile', 'number'];

/** What the columns of a table of contacts contain. */
export interface ContactColumns {
  /** Position of the recipient's column, from 0. */
  recipient: number;
  /** The variable in each column; null for the recipient's, '' for one without a name, which must be empty. */
  variables: (string | null)[];
}

export interface ColumnFault {
  /** The column's name; '' for the whole header. */
  path: string;
  code: string;
  message: string;
}

export type ReadColumns = { ok: true; columns: ContactColumns } | { ok: false; faults: ColumnFault[] };

/** Whether a column of this name has the recipients. */
export function isRecipientName(name: string): boolean {
  return RECIPIENT_NAMES.includes(keyOf(name));
}

/**
 * Reads the header of a table of contacts: one column is the recipient, and each of the others is a variable. Spaces and
 * signs in its name become `_`.
 */
export function readColumns(header: readonly string[]): ReadColumns {
  const keys = header.map(keyOf);
  const recipient = RECIPIENT_NAMES.map((name) => keys.indexOf(name)).find((place) => place !== -1);
  const faults: ColumnFault[] = [];
  if (recipient === undefined) {
    const message = `has no column for the recipient. Call it ${RECIPIENT_NAMES.slice(0, -1).join(', ')} or ${RECIPIENT_NAMES.at(-1)}.`;
    faults.push({ path: '', code: 'no_recipient', message });
  }
  const named = header.filter((name, place) => place !== recipient && !isBlank(name)).length;
  if (named > MOST_VARIABLES) {
    const message = `has ${named} columns besides the recipient. A contact may have at most ${MOST_VARIABLES} variables.`;
    faults.push({ path: '', code: 'too_big', message });
  }
  const seen = new Map<string, string>();
  const variables = header.map((column, place) => {
    if (place === recipient) return null;
    if (isBlank(column)) return '';
    const name = columnName(column);
    const fault = name === null ? unnamed(column) : sameName(column, nameKey(name), seen);
    if (fault) faults.push({ path: column.slice(0, 64), ...fault });
    return name;
  });
  if (recipient === undefined || faults.length > 0) return { ok: false, faults };
  return { ok: true, columns: { recipient, variables } };
}

function keyOf(column: string): string {
  return nameKey(columnName(column) ?? '');
}

function unnamed(column: string): Omit<ColumnFault, 'path'> {
  if (isReserved(column)) return RESERVED_NAME;
  const message = `cannot be the name of a variable. Give the column a name with letters, up to ${LONGEST_VARIABLE_NAME} characters.`;
  return { code: 'invalid_name', message };
}
