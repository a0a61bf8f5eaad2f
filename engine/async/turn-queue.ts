/** First come, first served: one holder at a time. */
export class TurnQueue {
  private taken = false;
  private readonly waiting: { start: (giveBack: () => void) => void; refuse: (error: Error) => void }[] = [];

  /** Resolves when it is the caller's turn; calling the answer ends the turn (a second call does nothing). */
  take(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ start: resolve, refuse: reject });
      if (!this.taken) this.startNext();
    });
  }

  /** Rejects everyone who waits. Meant for a holder that never gives its turn back. */
  close(error: Error): void {
    for (const { refuse } of this.waiting.splice(0)) refuse(error);
  }

  private startNext(): void {
    const next = this.waiting.shift();
    this.taken = next !== undefined;
    if (!next) return;
    let given = false;
    next.start(() => {
      if (given) return;
      given = true;
      this.startNext();
    });
  }
}
