import { writeSync } from 'node:fs';
import { logFileOf, type LogFile } from './log-file';

const STANDARD_ERROR = 2;

/**
 * Where log lines go: standard error. If that is a file, it never grows too large. A line that cannot be written is dropped:
 * a full disk, or a reader that has gone, must not stop the engine.
 * @param likely the file that standard error probably is
 */
export function logOutput(likely?: string): { write(line: string): void } {
  let file: LogFile | null | undefined;
  return {
    write(line) {
      try {
        if (file === undefined) file = logFileOf(STANDARD_ERROR, likely);
        file?.makeRoom(Buffer.byteLength(line));
        writeSync(STANDARD_ERROR, line);
      } catch {
        // Nowhere is left to say so.
      }
    },
  };
}
