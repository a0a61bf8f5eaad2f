/** Standard output belongs to what the command says; the log goes to standard error. */
export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** One JSON document on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Whether what is printed is seen by a person at once, so that lines may be rewritten in place. */
export function isLive(): boolean {
  return process.stdout.isTTY === true;
}
