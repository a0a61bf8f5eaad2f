import { readFileSync } from 'node:fs';

/** One thing that a process did to its disk, or promised, in the order in which it happened. */
export type Step =
  | { step: 'root'; file: number }
  | { step: 'create' | 'mkdir' | 'link'; path: string; file: number }
  | { step: 'write'; file: number; at: number; bytes: Buffer }
  | { step: 'truncate'; file: number; size: number }
  | { step: 'rename'; path: string; to: string }
  | { step: 'unlink'; path: string }
  /** A sync of what was there at `sync` has ended at `synced`. */
  | { step: 'sync' | 'synced'; file: number; id: string }
  | { step: 'promise'; promise: unknown };

/** The steps that `recorder.cjs` has written. The last one may be cut off, if its process was killed. */
export function readJournal(path: string): Step[] {
  const all = readFileSync(path);
  const steps: Step[] = [];
  for (let at = 0; at + 8 <= all.length;) {
    const textEnd = at + 8 + all.readUInt32LE(at);
    const end = textEnd + all.readUInt32LE(at + 4);
    if (end > all.length) break;
    const { length, zero, ...step } = JSON.parse(all.toString('utf8', at + 8, textEnd));
    steps.push(
      step.step === 'write'
        ? { ...step, bytes: zero ? Buffer.alloc(length) : all.subarray(textEnd, end) }
        : step,
    );
    at = end;
  }
  return steps;
}

/** The same on a disk that ignores syncs from the first promise on. */
export function withoutSyncs(steps: readonly Step[]): Step[] {
  const first = steps.findIndex(({ step }) => step === 'promise');
  return steps.filter(({ step }, index) => index < first || (step !== 'sync' && step !== 'synced'));
}
