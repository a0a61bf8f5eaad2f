import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Disk } from './disk';
import { readJournal, type Step } from './journal';

/** What a process did to the disk below a folder. */
export interface Recording {
  steps: Step[];
  /** The folder as the process has left it. */
  root: string;
}

/** Starts a TypeScript file as a process that is recorded. */
export function forkRecorded(
  file: string,
  args: readonly string[],
  where: { root: string; journal: string },
): ChildProcess {
  const hook = join(__dirname, '../servers/typescript-hook.cjs');
  return fork(file, args, {
    execArgv: ['-r', hook, '-r', join(__dirname, 'recorder.cjs')],
    env: {
      ...process.env,
      POWER_CUT_ROOT: where.root,
      POWER_CUT_JOURNAL: where.journal,
      // About what a good disk takes.
      POWER_CUT_SYNC_MS: '2',
    },
  });
}

/** Runs a process to its end and reads what it did. */
export async function recordToEnd(file: string, order: object, folder: string): Promise<Recording> {
  const root = join(folder, 'recorded');
  const journal = join(folder, 'journal');
  rmSync(root, { recursive: true, force: true });
  rmSync(journal, { force: true });
  mkdirSync(root);
  const child = forkRecorded(file, [JSON.stringify({ ...order, dataDir: join(root, 'data') })], {
    root,
    journal,
  });
  await new Promise((resolve) => child.once('exit', resolve));
  return { steps: readJournal(journal), root };
}

/** The disk after all steps. */
export function diskAfter(steps: readonly Step[]): Disk {
  const disk = new Disk();
  for (const step of steps) disk.take(step);
  return disk;
}
