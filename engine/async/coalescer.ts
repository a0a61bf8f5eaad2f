/**
 * Runs an action, one run at a time per key. Calls made during a run share the next run, which sees everything they did
 * before calling. (If callers need no result, use `Rerun`.)
 */
export class Coalescer {
  private readonly running = new Map<string, { current: Promise<void>; next?: Promise<void> }>();

  run(key: string, action: () => Promise<void>): Promise<void> {
    const state = this.running.get(key);
    if (!state) return this.start(key, action);
    state.next ??= state.current.catch(() => undefined).then(() => this.start(key, action));
    return state.next;
  }

  private start(key: string, action: () => Promise<void>): Promise<void> {
    const current = action();
    const state: { current: Promise<void>; next?: Promise<void> } = { current };
    this.running.set(key, state);
    const clear = (): void => {
      if (this.running.get(key) === state && !state.next) this.running.delete(key);
    };
    current.then(clear, clear);
    return current;
  }
}
