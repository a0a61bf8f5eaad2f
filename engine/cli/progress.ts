/**
 * Tells on standard error how far a long command is: a line for every tenth.
 * @returns call it with what is done, of how much, and what it is at
 */
export function progressLines(): (done: number, total: number, part: string) => void {
  let tenths = 0;
  return (done, total, part) => {
    const now = Math.floor((done / Math.max(total, 1)) * 10);
    if (now <= tenths) return;
    tenths = now;
    tell(`${now * 10} %: ${count(done)} of ${count(total)} rows (${part})`);
  };
}

/** A line on standard error. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A number as a person reads it. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}
