import type { CsvError, Parser } from 'csv-parse';
import { isBlank } from '../../domain/templates/contact-variables';
import { CsvFault } from './csv-fault';
import { findSeparator } from './separator';
import { wholeLines } from './whole-lines';

/** One record of a CSV file. */
export interface CsvRecord {
  /** The line on which it begins, from 1. */
  line: number;
  cells: string[];
}

/** Enough for a contact with 32 variables of 1024 characters, in quotes, on one line. */
const LONGEST_ROW_BYTES = 256 * 1024;

/**
 * Reads CSV (RFC 4180) as spreadsheets write it, one record at a time, so a file of any size needs little memory. Rows
 * without any value are skipped. See `wholeLines` for encodings and line ends, `findSeparator` for separators.
 * @throws CsvFault if the file cannot be read any further, after the records before that line; or what the source throws
 */
export async function* csvRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  let reader: RecordReader | undefined;
  let head: Buffer = Buffer.alloc(0);
  for await (const piece of wholeLines(source, LONGEST_ROW_BYTES)) {
    if (reader) {
      yield* reader.read(piece);
      continue;
    }
    head = Buffer.concat([head, piece]);
    const found = findSeparator(head);
    if (!found) continue;
    reader = await RecordReader.open(found.separator, found.skip > 0 ? 1 : 0);
    yield* reader.read(head.subarray(found.skip));
  }
  if (reader) yield* reader.end();
}

/**
 * Hands pieces of a file to the parser, and counts the lines: what the parser itself says about an error is where it
 * noticed it, at times at the end of the file, and not where the record begins.
 */
class RecordReader {
  private readonly found: CsvRecord[] = [];
  private fault: CsvFault | null = null;
  private parser!: Parser;

  /** @param lastLine the line on which the record before the next one ends */
  private constructor(private lastLine: number) {}

  /** @param linesBefore lines of the file that are not handed over */
  static async open(separator: string, linesBefore: number): Promise<RecordReader> {
    // Loaded only when something is imported.
    const { parse } = await import('csv-parse');
    const reader = new RecordReader(linesBefore);
    reader.parser = parse({
      delimiter: separator,
      max_record_size: LONGEST_ROW_BYTES,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
      raw: true,
      // Every record passes here at once, even when the parser then fails, and none goes on to its queue.
      on_record: (parsed, { lines }) => reader.keep(parsed as unknown as Parsed, lines + linesBefore),
    });
    // Errors go to the callbacks of `write` and `end`.
    reader.parser.on('error', () => undefined).resume();
    return reader;
  }

  async *read(piece: Buffer): AsyncGenerator<CsvRecord> {
    yield* this.after((done) => this.parser.write(piece, done));
  }

  async *end(): AsyncGenerator<CsvRecord> {
    yield* this.after((done) => this.parser.end(done));
  }

  private async *after(act: (done: (error?: Error | null) => void) => void): AsyncGenerator<CsvRecord> {
    const error = await new Promise<Error | null | undefined>((resolve) => act(resolve));
    yield* this.found.splice(0);
    if (this.fault) throw this.fault;
    if (error) throw new CsvFault(this.lastLine + 1, explain(error as CsvError));
  }

  private keep({ record: cells, raw }: Parsed, line: number): null {
    if (this.fault) return null;
    const begins = this.lastLine + 1;
    this.lastLine = line;
    if (cells.some((cell) => isTorn(cell, raw))) this.fault = new CsvFault(begins, WRONG_QUOTE);
    else if (!cells.every(isBlank)) this.found.push({ line: begins, cells });
    return null;
  }
}

interface Parsed {
  record: string[];
  /** The record as it is in the file. */
  raw: string;
}

const WRONG_QUOTE = 'has a quote (") in the wrong place. Inside a quoted cell, write "" for each quote.';

/**
 * Whether a cell begins with a quote that is open to a quote on a later line. The parser forgives quotes in the wrong
 * place, which is right within a line (`5" pipe`), but over several it would swallow them.
 */
function isTorn(cell: string, raw: string): boolean {
  return cell.startsWith('"') && cell.includes('\n') && !raw.includes(`"${cell.replaceAll('"', '""')}"`);
}

function explain(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE') {
    return 'begins a row that is over 256 KiB long, or has a quote (") that is never closed. Close the quote.';
  }
  return WRONG_QUOTE;
}
