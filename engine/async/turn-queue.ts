import { deferred, type Deferred } from './deferred';

/** First come, first served: one holder at a time. */
export class TurnQueue {
  private held = false;
  private readonly waiting: Deferred<() => void>[] = [];

  /** Resolves when it is the caller's turn, with the function that ends the turn. */
  acquire(): Promise<() => void> {
    const turn = deferred<() => void>();
    this.waiting.push(turn);
    if (!this.held) this.startNext();
    return turn.promise;
  }

  /** Rejects all waiting callers. Use it when the holder will never end its turn. */
  close(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  private startNext(): void {
    const next = this.waiting.shift();
    this.held = next !== undefined;
    let released = false;
    next?.resolve(() => {
      if (released) return;
      released = true;
      this.startNext();
    });
  }
}
