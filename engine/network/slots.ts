/** Bounds how many run at once for each key; further ones wait in order, without holding up other keys. */
export interface Slots {
  /** Runs `work` when a slot of `key` is free. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function createSlots(perKey: number): Slots {
  const keys = new Map<string, { running: number; waiting: (() => void)[] }>();

  function leave(key: string): void {
    const entry = keys.get(key);
    const next = entry?.waiting.shift();
    // The slot goes from hand to hand, so that nobody who comes now can take it from the one who waits.
    if (next) next();
    else if (entry && --entry.running === 0) keys.delete(key);
  }

  return {
    async run(key, work) {
      const entry = keys.get(key) ?? { running: 0, waiting: [] };
      keys.set(key, entry);
      if (entry.running < perKey) entry.running += 1;
      else await new Promise<void>((resolve) => entry.waiting.push(resolve));
      try {
        return await work();
      } finally {
        leave(key);
      }
    },
  };
}
