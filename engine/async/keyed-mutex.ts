/** Runs work with the same key one at a time; work with different keys runs concurrently. */
export class KeyedMutex {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key);
    const done = before ? before.then(work, work) : work();
    this.tails.set(key, done);
    const clean = (): void => {
      if (this.tails.get(key) === done) this.tails.delete(key);
    };
    done.then(clean, clean);
    return done;
  }
}
