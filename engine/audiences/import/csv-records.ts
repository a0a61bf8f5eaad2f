import { isUtf8 } from 'node:buffer';
import { Readable, pipeline } from 'node:stream';
import type { CsvError } from 'csv-parse';

/** One record of a CSV file. */
export interface CsvRecord {
  /** The line on which it begins, from 1. */
  line: number;
  cells: string[];
}

/** The file cannot be read from this line on. The message says what is wrong with the line. */
export class CsvFault extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'CsvFault';
  }
}

const SEPARATORS = [',', ';', '\t'] as const;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** Enough for a contact with 32 variables of 1024 characters, in quotes, on one line. */
const LONGEST_ROW_BYTES = 256 * 1024;

/**
 * Reads CSV (RFC 4180, UTF-8) one record at a time, so a file of any size needs little memory. The separator may also be
 * a semicolon or a tab, which spreadsheets in many countries use. Empty lines are skipped.
 * @throws CsvFault if the file cannot be read any further; or what the source throws
 */
export async function* csvRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const lines = new WholeLines();
  const pieces = lines.split(source);
  const first = await pieces.next();
  if (first.done) return;
  // Loaded only when something is imported.
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
  // `pipeline` passes every error to the parser, which throws it below.
  pipeline(Readable.from(concat(first.value, pieces), { objectMode: false }), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const lineFeeds = record.reduce((sum, cell) => sum + (cell.split('\n').length - 1), 0);
      yield { line: lines.lineAt(info.bytes - 1) - lineFeeds, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser miscounts lines inside quotes, but not bytes.
    throw new CsvFault(lines.lineAt(Number(error['bytes_records'])), explain(error));
  }
}

interface Parsed {
  record: string[];
  /** `bytes`: where the record ends, including its line feed. */
  info: { bytes: number };
}

/** The separator that occurs most often in the first line. */
function separatorOf(head: Buffer): string {
  const [line = ''] = head.toString().split('\n', 1);
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

async function* concat(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function explain(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE') {
    return 'begins a row that is over 256 KiB long, or has a quote (") that is never closed. Close the quote.';
  }
  return 'has a quote (") in the wrong place. Inside a quoted cell, write "" for each quote.';
}

/** Splits a stream into pieces of whole lines, checks that they are UTF-8, and tells which byte is on which line. */
class WholeLines {
  /** The positions of line feeds in the file, except those before the last line asked for. */
  private readonly feeds: number[] = [];
  private passedBytes = 0;
  private droppedFeeds = 0;

  /**
   * The file in pieces that end at the end of a line, without a byte order mark.
   * @throws CsvFault if it is not UTF-8, or a line is too long; or what the source throws
   */
  async *split(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of source) {
      const bytes = Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      rest = bytes.subarray(end);
      if (end > 0) yield this.checked(bytes.subarray(0, end));
      if (rest.length > LONGEST_ROW_BYTES) {
        throw new CsvFault(this.lineAt(this.passedBytes), 'is over 256 KiB long. Is this a CSV file?');
      }
    }
    if (rest.length > 0) yield this.checked(rest);
  }

  /** The line, from 1, that contains this byte. Calls must come in order of their bytes. */
  lineAt(byte: number): number {
    let before = 0;
    while (before < this.feeds.length && this.feeds[before]! < byte) before += 1;
    this.feeds.splice(0, before);
    this.droppedFeeds += before;
    return this.droppedFeeds + 1;
  }

  private checked(piece: Buffer): Buffer {
    const isFirst = this.passedBytes === 0;
    const hasMark = isFirst && piece.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    const bytes = hasMark ? piece.subarray(BYTE_ORDER_MARK.length) : piece;
    const bad = isUtf8(bytes) ? null : startOfBadLine(bytes);
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1))
      this.feeds.push(this.passedBytes + at);
    if (bad !== null) {
      const line = this.lineAt(this.passedBytes + bad);
      throw new CsvFault(line, 'is not UTF-8. Save the file as "CSV UTF-8".');
    }
    this.passedBytes += bytes.length;
    return bytes;
  }
}

/** Where the first line that is not UTF-8 begins. A line feed byte is never part of another character. */
function startOfBadLine(bytes: Buffer): number {
  let start = 0;
  for (;;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed === -1 || !isUtf8(bytes.subarray(start, feed))) return start;
    start = feed + 1;
  }
}
