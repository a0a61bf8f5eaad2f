/**
 * Timers that survive a restart and reach the process that works a lane. A wake-up only says "look at this lane's rows
 * now". If it comes twice, early, late or never, only the time of that look changes, because the sweep arms again.
 * A lane is a session's id or a fixed name such as `deliveries`.
 */
export interface WakeUps {
  /** Wakes `lane` at `at` (epoch ms; a past time means now). Several for the same lane and time count as one. */
  arm(lane: string, at: number): Promise<void>;
  /** Calls `onWakeUp` for each wake-up of `lane` that reaches this process, until the returned function is called. */
  work(lane: string, onWakeUp: () => void): Promise<() => Promise<void>>;
  /** Resolves when the queue's store responds; rejects if it cannot be reached. */
  check(): Promise<void>;
  /** Removes every wake-up of `lane`. The sweep arms again what is needed. */
  wipe(lane: string): Promise<void>;
  /** Calls `action` whenever the queue's store is back after it was out of reach: wake-ups may have been lost. */
  onReturn(action: () => void): void;
  close(): Promise<void>;
}
