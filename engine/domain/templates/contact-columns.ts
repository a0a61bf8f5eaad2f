import { MOST_VARIABLES, nameFault } from './contact-variables';

/** The possible names of the recipient's column, in any case. If a file has several, the first in this list counts. */
const RECIPIENT_NAMES = ['to', 'phone', 'mobile', 'number'];

/** What the columns of a table of contacts contain. */
export interface ContactColumns {
  /** Position of the recipient's column, from 0. */
  recipient: number;
  /** The variable in each column; null for the recipient's. */
  variables: (string | null)[];
}

export interface ColumnFault {
  /** The column's name, or `column 4`; '' for the whole header. */
  path: string;
  code: string;
  message: string;
}

export type ReadColumns = { ok: true; columns: ContactColumns } | { ok: false; faults: ColumnFault[] };

/** Reads the header of a table of contacts: one column is the recipient, and each of the others is a variable. */
export function readColumns(header: readonly string[]): ReadColumns {
  const names = header.map((name) => name.toLowerCase());
  const recipient = RECIPIENT_NAMES.map((name) => names.indexOf(name)).find((place) => place !== -1);
  const faults: ColumnFault[] = [];
  if (recipient === undefined) {
    const message = `has no column for the recipient. Call it ${RECIPIENT_NAMES.slice(0, -1).join(', ')} or ${RECIPIENT_NAMES.at(-1)}.`;
    faults.push({ path: '', code: 'no_recipient', message });
  }
  if (header.length - 1 > MOST_VARIABLES) {
    const message = `has ${header.length - 1} columns besides the recipient. A contact may have at most ${MOST_VARIABLES} variables.`;
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
  return { code: 'required', message: 'has no name. Give it one, or remove the column.' };
}
