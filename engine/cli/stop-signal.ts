import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof SIGNALS)[number];

/** Resolves on the first SIGTERM or SIGINT. A second one ends the process at once. */
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

/** The exit code that shells show for a process that a signal ended. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
