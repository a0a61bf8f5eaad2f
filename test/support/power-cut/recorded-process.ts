import type { Said } from './promises';

/** What recorder.cjs adds to a process that it is loaded into. */
interface Recorder {
  /** Notes a promise in the journal, at this moment. */
  promise(said: Said): void;
  /** Records from now on, and in new threads, what happens below `root`. */
  recordTo(root: string, journal: string): void;
}

const recorder = (globalThis as unknown as { powerCut?: Recorder }).powerCut;

export function say(said: Said): void {
  recorder?.promise(said);
}

export function recordTo(root: string, journal: string): void {
  recorder?.recordTo(root, journal);
}
