import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof SIGNALS)[number];

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function onStopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let seen = false;
    const onSignal = (signal: StopSignal): void => {
      if (seen) process.exit(exitCodeOf(signal));
      seen = true;
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}

/** What shells say of a process that a signal ended. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
