import { readColumns, type ContactColumns } from '../../domain/templates/contact-columns';
import { isBlank } from '../../domain/templates/contact-variables';
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
 * Reads contacts from records; the first record is the header. Empty cells count as missing, also those that a row lacks
 * at its end.
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
  const read = readColumns(cells.map(cellText));
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
  const more = cells.findLastIndex((cell) => !isBlank(cell)) + 1;
  if (more > names.length) {
    return fault(
      '',
      `has ${more} cells, but the header has ${names.length}. Put cells that contain the separator in quotes.`,
    );
  }
  const variables: Record<string, string> = {};
  for (const [place, name] of names.entries()) {
    const cell = cellText(cells[place] ?? '');
    if (cell.includes('\0'))
      return fault(name ?? 'to', 'contains the character U+0000, which messages cannot contain. Remove it.');
    if (name === null || isBlank(cell)) continue;
    if (name === '')
      return fault(
        `column ${place + 1}`,
        'has a value, but no name in the header. Name it, or remove the value.',
      );
    variables[name] = cell;
  }
  const faults = new Faults();
  const to = cellText(cells[recipient] ?? '').replace(TEXT_MARK, '');
  const contact = readContact({ to, variables }, faults);
  if (contact) return { ok: true, contact };
  const { path, message } = faults.details[0]!;
  return fault(path.replace(/^variables\./, ''), message);
}

/** An apostrophe by which people keep a spreadsheet from reading a number. */
const TEXT_MARK = /^['\u2018\u2019]/;
/** A formula that is only a text, for the same purpose: `="+14155551234"`. */
const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;

function cellText(cell: string): string {
  return cell.replace(TEXT_FORMULA, (_, text: string) => text.replaceAll('""', '"'));
}
