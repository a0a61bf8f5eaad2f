import type { Clock } from '../async/clock';
import { deferred } from '../async/deferred';

/** What is stored does not wait for longer: the link must be stuck. */
const LONGEST_WAIT_MS = 5_000;

/** One message on its way from its last check to the wire. */
export interface Passage {
  /** Before each check. Waits while the gate is closed. */
  enter(): Promise<void>;
  /** It is on the wire, or will not go. May be called at any time. */
  leave(): void;
}

/**
 * Between a message's last check and the wire, the owner of the number could take over its chat. So that nothing goes
 * after what the owner wrote is stored, the gate is closed while it is stored: messages on their way pass first, the others
 * wait, and are checked afterwards. What comes in meanwhile is stored after it.
 */
export class WireGate {
  private readonly passing = new Set<Promise<void>>();
  /** Closed until these are done. */
  private readonly closedBy = new Set<Promise<unknown>>();

  constructor(private readonly clock: Clock) {}

  passage(): Passage {
    let release: (() => void) | null = null;
    const leave = (): void => {
      release?.();
      release = null;
    };
    return {
      leave,
      enter: async () => {
        leave();
        while (this.closedBy.size > 0) await Promise.allSettled(this.closedBy);
        const passed = deferred();
        this.passing.add(passed.promise);
        release = () => {
          this.passing.delete(passed.promise);
          passed.resolve();
        };
      },
    };
  }

  /** Runs `work` with the gate closed. */
  async whileClosed<T>(work: () => Promise<T>): Promise<T> {
    const done = deferred();
    this.closedBy.add(done.promise);
    try {
      await this.passed();
      return await work();
    } finally {
      this.closedBy.delete(done.promise);
      done.resolve();
    }
  }

  /**
   * Resolves when what the owner has written so far is stored: a person's answer to it must not be stored first, as if the
   * bot still had the chat.
   */
  async afterOwner(): Promise<void> {
    if (this.closedBy.size > 0) await Promise.allSettled(this.closedBy);
  }

  /** Resolves when the messages on their way have passed. */
  private async passed(): Promise<void> {
    if (this.passing.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(LONGEST_WAIT_MS, resolve);
      void Promise.all(this.passing).then(cancel).then(resolve);
    });
  }
}
