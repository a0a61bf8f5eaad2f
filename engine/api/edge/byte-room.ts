interface Waiting {
  bytes: number;
  enter(): void;
}

/** Room for so many bytes at once: first come, first served. */
export class ByteRoom {
  private held = 0;
  private waiting: Waiting[] = [];

  constructor(private readonly most: number) {}

  /**
   * Resolves when there is room, with the function that gives it back; calling it again does nothing. Resolves with null
   * if there was none in time. Something larger than the whole room gets it alone.
   */
  async enter(bytes: number, waitMs: number): Promise<(() => void) | null> {
    const entered = this.waiting.length === 0 && this.fits(bytes) ? true : await this.turn(bytes, waitMs);
    if (!entered) return null;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.held -= bytes;
      this.letIn();
    };
  }

  private fits(bytes: number): boolean {
    if (this.held > 0 && this.held + bytes > this.most) return false;
    this.held += bytes;
    return true;
  }

  private turn(bytes: number, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const one = {
        bytes,
        enter: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((other) => other !== one);
        resolve(false);
        // It may have been too large for room that is enough for those behind it.
        this.letIn();
      }, waitMs);
      this.waiting.push(one);
    });
  }

  private letIn(): void {
    while (this.waiting[0] && this.fits(this.waiting[0].bytes)) this.waiting.shift()!.enter();
  }
}
