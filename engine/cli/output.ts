/** Prints to standard output, which belongs to the commands. The log goes to standard error. */
export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Prints one JSON document on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Whether a person is watching the output, so that lines may be rewritten in place. */
export function isLive(): boolean {
  return process.stdout.isTTY === true;
}

/** Rows as lines with aligned columns, indented by two spaces and two apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, [...cell].length)));
  }
  return rows.map((row) => {
    const cells = row.map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - [...cell].length));
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
