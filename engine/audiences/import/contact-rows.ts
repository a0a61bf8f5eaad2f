import { readColumns, type ContactColumns } from '../../domain/templates/contact-columns';
import { Faults, invalidRequest } from '../../errors';
import { readContact, type ReadContact } from '../contacts';
import type { CsvRecord } from './csv-records';

/** What is wrong with one row. `path` is the name of the column, '' for the whole row. */
export interface RowFault {
  line: number;
  path: string;
  message: string;
}

export type ContactRow = { ok: true; contact: ReadContact } | { ok: false; fault: RowFault };

/**
 * Reads contacts from records; the first record is the header. Empty cells count as missing.
 * @throws EngineError `invalid_request` without a valid header
 */
export async function* contactRows(records: AsyncIterable<CsvRecord>): AsyncGenerator<ContactRow> {
  let columns: ContactColumns | null = null;
  for await (const record of records) {
    if (columns) yield readRow(record, columns);
    else columns = readHeader(record);
  }
  if (!columns) {
    throw invalidRequest([
      { path: '', code: 'empty', message: 'is an empty file. Its first row must name the columns.' },
    ]);
  }
}

function readHeader({ line, cells }: CsvRecord): ContactColumns {
  const read = readColumns(cells);
  if (read.ok) return read.columns;
  throw invalidRequest(
    read.faults.map(({ path, code, message }) => ({
      path: path === '' ? `lines.${line}` : `lines.${line}.${path}`,
      code,
      message,
    })),
  );
}

function readRow({ line, cells }: CsvRecord, columns: ContactColumns): ContactRow {
  const fault = (path: string, message: string): ContactRow => ({
    ok: false,
    fault: { line, path, message },
  });
  const { variables: names, recipient } = columns;
  if (cells.length !== names.length) {
    return fault(
      '',
      `has ${cells.length} cells, but the header has ${names.length}. Put cells that contain the separator in quotes.`,
    );
  }
  const variables: Record<string, string> = {};
  for (const [place, cell] of cells.entries()) {
    const name = names[place];
    if (cell.includes('\0'))
      return fault(name ?? 'to', 'contains the character U+0000, which messages cannot contain. Remove it.');
    if (name && cell !== '') variables[name] = cell;
  }
  const faults = new Faults();
  const contact = readContact({ to: cells[recipient]!, variables }, faults);
  if (contact) return { ok: true, contact };
  const { path, message } = faults.details[0]!;
  return fault(path.replace(/^variables\./, ''), message);
}
