import { Readable, pipeline } from 'node:stream';
import type { CsvError } from 'csv-parse';
import { CsvFault } from './csv-fault';
import { LONGEST_ROW_BYTES, WholeLines } from './whole-lines';

/** One record of a CSV file. */
export interface CsvRecord {
  /** The line on which it begins, from 1. */
  line: number;
  cells: string[];
}

const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Reads CSV in UTF-8 (RFC 4180; also with semicolons or tabs, as spreadsheets of many countries write it) as it comes,
 * a record at a time, so that a file of any size takes little memory. Empty lines are passed over.
 * @throws CsvFault where the file cannot be read on; or what the source throws
 */
export async function* csvRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const lines = new WholeLines();
  const pieces = lines.of(source);
  const first = await pieces.next();
  if (first.done) return;
  // Loaded for who imports.
  const { CsvError, parse } = await import('csv-parse');
  const parser = parse({
    delimiter: separatorOf(first.value),
    info: true,
    max_record_size: LONGEST_ROW_BYTES,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
  // An error of either is the parser's, and thrown below.
  pipeline(Readable.from(begunWith(first.value, pieces), { objectMode: false }), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const inside = record.reduce((feeds, cell) => feeds + (cell.split('\n').length - 1), 0);
      yield { line: lines.lineAt(info.bytes - 1) - inside, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's own count of lines goes wrong in quotes; its bytes are right.
    throw new CsvFault(lines.lineAt(Number(error['bytes_records'])), wordsFor(error));
  }
}

interface Parsed {
  record: string[];
  /** `bytes`: where the record ends, its line feed included. */
  info: { bytes: number };
}

/** The separator that the first line has most of. */
function separatorOf(head: Buffer): string {
  const [line = ''] = head.toString().split('\n', 1);
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

async function* begunWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function wordsFor(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE') {
    return 'a quote (") is opened after this and not closed, or the row is over 256 KiB long';
  }
  return 'the row is not CSV: a quote (") stands where none can be; double it inside of quotes';
}
