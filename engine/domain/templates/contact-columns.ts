import { MOST_VARIABLES, nameFault } from './contact-variables';

/** What a column of recipients may be called, in any case; where a file has several, the first of these counts. */
const RECIPIENT_NAMES = ['to', 'phone', 'mobile', 'number'];

/** What the columns of a table of contacts hold. */
export interface ContactColumns {
  /** Place of the recipient's column, from 0. */
  recipient: number;
  /** Name of the variable in each column; null for the recipient's. */
  variables: (string | null)[];
}

export interface ColumnFault {
  /** The column's name, or `column 4`; '' for the whole header. */
  path: string;
  code: string;
  message: string;
}

export type ReadColumns = { ok: true; columns: ContactColumns } | { ok: false; faults: ColumnFault[] };

/** Reads the header of a table of contacts: one column for the recipient, and every other a variable of its name. */
export function readColumns(header: readonly string[]): ReadColumns {
  const names = header.map((name) => name.toLowerCase());
  const recipient = RECIPIENT_NAMES.map((name) => names.indexOf(name)).find((place) => place !== -1);
  const faults: ColumnFault[] = [];
  if (recipient === undefined) {
    const message = `has no column for the recipient; name one of them ${RECIPIENT_NAMES.join(', ')}`;
    faults.push({ path: '', code: 'no_recipient', message });
  }
  if (header.length - 1 > MOST_VARIABLES) {
    const message = `has ${header.length - 1} columns beside the recipient; a contact has ${MOST_VARIABLES} variables at most`;
    faults.push({ path: '', code: 'too_big', message });
  }
  const seen = new Map<string, string>();
  header.forEach((name, place) => {
    if (place === recipient) return;
    const fault = columnFault(name, seen);
    if (fault) faults.push({ path: name === '' ? `column ${place + 1}` : name.slice(0, 64), ...fault });
    seen.set(name.toLowerCase(), name);
  });
  if (recipient === undefined || faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    columns: { recipient, variables: header.map((name, place) => (place === recipient ? null : name)) },
  };
}

function columnFault(name: string, seen: ReadonlyMap<string, string>) {
  if (name !== '') return nameFault(name, seen);
  return { code: 'required', message: 'has no name; give it one, or take the column away' };
}
