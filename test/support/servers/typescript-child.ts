import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { join } from 'node:path';

/** A process of its own that runs a TypeScript file and can be talked to with `send` and `message`. */
export function forkTypeScript(
  file: string,
  args: readonly string[] = [],
  options: ForkOptions = {},
): ChildProcess {
  const hook = ['-r', join(__dirname, 'typescript-hook.cjs')];
  return fork(file, args, { ...options, execArgv: [...hook, ...(options.execArgv ?? [])] });
}

/** The next message of a child; rejects when it ends without one. */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message as T);
    };
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`The child ended with ${code} and said nothing.`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/** Resolves when the child has ended and its parent has taken note. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
