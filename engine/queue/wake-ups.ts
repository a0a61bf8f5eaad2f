/**
 * Timers that survive a restart and reach the process that works a lane. A wake-up says only "look at this lane's
 * rows now": one that comes twice, early, late or never changes nothing but the moment (the sweep arms again).
 * A lane is a session's id, or a fixed name such as `deliveries`.
 */
export interface WakeUps {
  /** Wakes `lane` at `at` (epoch ms; past means now). Several for the same lane and moment are one. */
  arm(lane: string, at: number): Promise<void>;
  /** Calls `onWakeUp` for each wake-up of `lane` in this process until the answer is called. */
  work(lane: string, onWakeUp: () => void): Promise<() => Promise<void>>;
  /** Resolves when the queue's store answers; rejects when it is out of reach. */
  check(): Promise<void>;
  /** Removes every wake-up of `lane`; the sweep arms what is needed again. */
  wipe(lane: string): Promise<void>;
  close(): Promise<void>;
}
