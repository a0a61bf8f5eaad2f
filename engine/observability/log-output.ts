import { writeSync } from 'node:fs';
import { logFileOf, type LogFile } from './log-file';

const STANDARD_ERROR = 2;

let file: LogFile | null | undefined;

/**
 * Where log lines go: standard error. If that is a file, it never grows too large. A line that cannot be written is dropped:
 * a full disk, or a reader that has gone, must not stop the engine.
 */
export const logOutput = {
  write(line: string): void {
    try {
      if (file === undefined) file = logFileOf(STANDARD_ERROR);
      file?.makeRoom(Buffer.byteLength(line));
      writeSync(STANDARD_ERROR, line);
    } catch {
      // Nowhere is left to say so.
    }
  },
};
