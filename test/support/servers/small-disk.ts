import { execFile } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of its own, in memory, that can be filled. */
export interface SmallDisk {
  path: string;
  free(): number;
  /** Fills it with files of `step` bytes until less than `left` bytes are free. */
  fill(left: number, step?: number): Promise<void>;
  /** Removes what `fill` wrote. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Only root may mount one, and not in every container.
 * @returns null where it is not allowed
 */
export async function smallDisk(mebibytes: number): Promise<SmallDisk | null> {
  const path = await mkdtemp(join(tmpdir(), 'blueticks-test-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=700`, 'tmpfs', path]);
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  const filled: string[] = [];
  const free = (): number => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  };
  return {
    path,
    free,
    async fill(left, step = 1024 * 1024) {
      while (free() > left) {
        const file = join(path, `filler-${filled.length}`);
        filled.push(file);
        await writeFile(file, Buffer.alloc(Math.min(step, free()), 1));
      }
    },
    async clear() {
      for (const file of filled.splice(0)) await rm(file, { force: true });
    },
    async remove() {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true });
    },
  };
}
