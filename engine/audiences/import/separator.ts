import { isRecipientName } from '../../domain/templates/contact-columns';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** A first line by which spreadsheets name the separator, such as `sep=;`. */
const NAMED = /^"?sep=([^"\n])"?[,;\t|]*(?:\n|$)/i;

export interface FoundSeparator {
  separator: string;
  /** Bytes of a line that only names the separator. */
  skip: number;
}

/**
 * Finds what separates the cells of a table: what its first line names (`sep=;`), or else what the header uses: best, a
 * separator that leaves a column for the recipient; of several, the most common. Separators in quotes do not count.
 * @param head the first lines, which end in LF
 * @returns null if they are all empty
 */
export function findSeparator(head: Buffer): FoundSeparator | null {
  const text = head.toString();
  const named = NAMED.exec(text);
  if (named) return { separator: named[1]!, skip: Buffer.byteLength(named[0]) };
  const masked = text.replace(/"(?:[^"]|"")*"/g, (quoted) => quoted.replace(/[,;\t|\n]/g, ' '));
  const header = masked.split('\n').find((line) => /[^,;\t|\s]/.test(line));
  if (header === undefined) return null;
  const found = SEPARATORS.map((separator) => {
    const cells = header.split(separator);
    const named = cells.some((cell) => isRecipientName(cell.trim().replace(/^"(.*)"$/, '$1')));
    return { separator, score: [Number(named), cells.length] as const };
  });
  const [best] = found.sort((a, b) => b.score[0] - a.score[0] || b.score[1] - a.score[1]);
  return { separator: best!.separator, skip: 0 };
}
