import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { CsvFault } from './csv-fault';

const LF = 10;
const CR = 13;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Byte order marks of UTF-16, which spreadsheets call "Unicode text". */
const UTF16_MARKS = { 'utf-16le': Buffer.from([0xff, 0xfe]), 'utf-16be': Buffer.from([0xfe, 0xff]) };

/**
 * A text file in pieces of whole lines: UTF-8 without a byte order mark, and each line ends in one LF (also those of
 * Windows and of old Macs), so that the lines can be counted.
 * @param longestLine bytes. A longer line ends the reading: this is hardly a table then.
 * @throws CsvFault if it is not text in UTF-8 or UTF-16; or what the source throws
 */
export async function* wholeLines(
  source: AsyncIterable<Uint8Array>,
  longestLine: number,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  const checked = function* (bytes: Buffer): Generator<Buffer> {
    const text = withLineFeeds(bytes);
    const good = isUtf8(text) ? text.length : startOfBadLine(text);
    if (good > 0) yield text.subarray(0, good);
    lines += countLines(text.subarray(0, good));
    if (good < text.length) throw new CsvFault(lines + 1, encodingFault(text));
  };
  for await (const chunk of utf8(source)) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = endOfLines(bytes);
    rest = bytes.subarray(end);
    if (end > 0) yield* checked(bytes.subarray(0, end));
    if (rest.length > longestLine)
      throw new CsvFault(
        lines + 1,
        `is over ${Math.floor(longestLine / 1024)} KiB long. Is this a CSV file?`,
      );
  }
  if (rest.length > 0) yield* checked(rest);
}

/** The bytes after a byte order mark, as UTF-8 if the mark is one of UTF-16. */
async function* utf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  const decoded = (bytes: Uint8Array): Uint8Array =>
    decoder ? Buffer.from(decoder.decode(bytes, { stream: true })) : bytes;
  for await (const chunk of source) {
    if (!head) {
      yield decoded(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < UTF8_MARK.length) continue;
    decoder = decoderOf(head);
    yield decoded(withoutMark(head));
    head = null;
  }
  if (head) {
    decoder = decoderOf(head);
    yield decoded(withoutMark(head));
  }
  if (decoder) yield Buffer.from(decoder.decode());
}

function decoderOf(head: Buffer): TextDecoder | null {
  const marked = Object.entries(UTF16_MARKS).find(([, mark]) => startsWith(head, mark));
  if (marked) return new TextDecoder(marked[0]);
  // Half of a Latin letter or sign in UTF-16 is zero, which no text in UTF-8 begins with.
  const zeros = [head[0] === 0, head[1] === 0];
  return zeros[0] === zeros[1] ? null : new TextDecoder(zeros[1] ? 'utf-16le' : 'utf-16be');
}

/** A decoder removes the mark of UTF-16 itself. */
function withoutMark(head: Buffer): Buffer {
  return startsWith(head, UTF8_MARK) ? head.subarray(UTF8_MARK.length) : head;
}

const startsWith = (bytes: Buffer, mark: Buffer): boolean => bytes.subarray(0, mark.length).equals(mark);

/** Where the last whole line ends. A CR at the very end may be half of a CR LF. */
function endOfLines(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR, -2)) + 1;
}

function withLineFeeds(bytes: Buffer): Buffer {
  if (!bytes.includes(CR)) return bytes;
  // Latin-1 keeps every byte as it is.
  return Buffer.from(bytes.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1');
}

function countLines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1)) count += 1;
  return count;
}

/** Where the first line that is not UTF-8 begins. A line feed byte is never part of another character. */
function startOfBadLine(text: Buffer): number {
  let start = 0;
  for (;;) {
    const feed = text.indexOf(LF, start);
    if (feed === -1 || !isUtf8(text.subarray(start, feed))) return start;
    start = feed + 1;
  }
}

function encodingFault(text: Buffer): string {
  const looksLike = text.includes(0) ? 'no text' : 'Windows-1252 or similar';
  return `is not UTF-8 (it looks like ${looksLike}). Save the file as "CSV UTF-8".`;
}
