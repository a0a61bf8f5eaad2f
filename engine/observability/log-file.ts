import {
  copyFileSync,
  fstatSync,
  ftruncateSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';

const MOST_BYTES = 5 * 1024 * 1024;
const KEPT = 3;
const O_APPEND = 0o2000;

/**
 * A log that the process appends to, such as `engine.log`. Before it grows over 5 MiB, what it has is copied to `.1`, that to
 * `.2` and so on, and it begins anew. The last three are kept. Who started the process holds the same file open, so it
 * cannot be replaced by another one.
 *
 * Everything is synchronous: a line is either in the copy or in the new file. A crash between the copy and the new
 * beginning leaves lines in both.
 */
export class LogFile {
  private size: number;

  /** @param descriptor open for appending */
  constructor(
    private readonly descriptor: number,
    private readonly path: string,
    private readonly mostBytes = MOST_BYTES,
  ) {
    this.size = fstatSync(descriptor).size;
  }

  /** To be called before each line. If the disk has no room for a copy, the file goes on growing. */
  makeRoom(bytes: number): void {
    if (this.size > 0 && this.size + bytes > this.mostBytes) this.rotate();
    this.size += bytes;
  }

  private rotate(): void {
    try {
      // Others may have written to it.
      this.size = fstatSync(this.descriptor).size;
      for (let number = KEPT - 1; number >= 1; number -= 1)
        rename(this.numbered(number), this.numbered(number + 1));
      copyFileSync(this.path, this.numbered(1));
      ftruncateSync(this.descriptor);
      this.size = 0;
    } catch {
      rmSync(this.numbered(1), { force: true });
      // Not at every line.
      this.size -= this.mostBytes / 10;
    }
  }

  private numbered(number: number): string {
    return `${this.path}.${number}`;
  }
}

function rename(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}

/** The file that a descriptor appends to: `likely`, or what the system says. Null if it is not a file, or an unknown one. */
export function logFileOf(descriptor: number, likely?: string): LogFile | null {
  try {
    const info = fstatSync(descriptor);
    const isIt = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.ino === info.ino;
    const path = likely !== undefined && isIt(likely) ? likely : appendedPath(descriptor);
    return path !== null && info.isFile() && isIt(path) ? new LogFile(descriptor, path) : null;
  } catch {
    return null;
  }
}

/** Linux only. Without O_APPEND, what is written after a new beginning would not be at the beginning. */
function appendedPath(descriptor: number): string | null {
  const flags =
    /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? '0';
  return Number.parseInt(flags, 8) & O_APPEND ? readlinkSync(`/proc/self/fd/${descriptor}`) : null;
}
