import { existsSync, readFileSync } from 'node:fs';

/** One call of the transport's `send`, as the engine process wrote it down before the call. */
export interface HandOver {
  wireId: string;
  chatId: string;
  text: string | null;
  pid: number;
  /** Epoch milliseconds, by the system's clock. */
  at: number;
}

/** The transport asked whether a message may go, as the engine process wrote it down before the answer. */
export interface LastCheck {
  wireId: string;
  /** Epoch milliseconds, by the system's clock. */
  at: number;
}

/** What was handed over, in order. A last line that a kill cut short was not handed over yet. */
export const readHandOvers = (file: string): HandOver[] => readLines<HandOver>(file);

/** Last checks are in a file beside that of the hand-overs. */
export const lastCheckFile = (handOverFile: string): string => `${handOverFile}-checks`;

export const readLastChecks = (handOverFile: string): LastCheck[] =>
  readLines<LastCheck>(lastCheckFile(handOverFile));

function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}
