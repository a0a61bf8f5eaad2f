import { isUtf8 } from 'node:buffer';
import { CsvFault } from './csv-fault';

const LINE_FEED = 10;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** A contact with 32 variables of 1024 characters, in quotes, on one line. */
export const LONGEST_ROW_BYTES = 256 * 1024;

/** The lines of a file that is read as it comes: all of them UTF-8, and the number of each to be had while it is near. */
export class WholeLines {
  /** Where line feeds are, in bytes from the beginning of the file; those of lines that were asked for are dropped. */
  private readonly feeds: number[] = [];
  private passed = 0;
  private dropped = 0;

  /**
   * Passes a file on in pieces that end where a line ends, without a byte order mark.
   * @throws CsvFault where it is not UTF-8, or a line has no end; or what the source throws
   */
  async *of(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of source) {
      const bytes = Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      rest = bytes.subarray(end);
      if (end > 0) yield this.checked(bytes.subarray(0, end));
      if (rest.length > LONGEST_ROW_BYTES) {
        throw new CsvFault(this.lineAt(this.passed), 'the line is over 256 KiB long; is this a CSV file?');
      }
    }
    if (rest.length > 0) yield this.checked(rest);
  }

  /** The number, from 1, of the line that holds this byte, which is never before one that was asked for. */
  lineAt(byte: number): number {
    let before = 0;
    while (before < this.feeds.length && this.feeds[before]! < byte) before += 1;
    this.feeds.splice(0, before);
    this.dropped += before;
    return this.dropped + 1;
  }

  private checked(piece: Buffer): Buffer {
    const isFirst = this.passed === 0;
    const hasMark = isFirst && piece.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    const bytes = hasMark ? piece.subarray(BYTE_ORDER_MARK.length) : piece;
    const bad = isUtf8(bytes) ? null : badLine(bytes);
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1))
      this.feeds.push(this.passed + at);
    if (bad !== null) {
      const line = this.lineAt(this.passed + bad);
      throw new CsvFault(line, 'the file is not UTF-8 here; save it as "CSV UTF-8"');
    }
    this.passed += bytes.length;
    return bytes;
  }
}

/** Where the first line begins that is not UTF-8: a line feed is never part of another character. */
function badLine(bytes: Buffer): number {
  let start = 0;
  for (;;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed === -1 || !isUtf8(bytes.subarray(start, feed))) return start;
    start = feed + 1;
  }
}
