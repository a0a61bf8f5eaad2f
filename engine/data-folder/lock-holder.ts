import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that holds a data folder, as its lock file describes it. */
export interface LockHolder {
  pid: number;
  /** When that process started, in the kernel's units; null if the system does not say. */
  started: string | null;
  /** The process table that `pid` belongs to: two containers of one machine have two. */
  host: string;
  nonce: string;
}

/** This process as a holder. */
export function thisHolder(nonce: string): LockHolder {
  return { pid: process.pid, started: processStart(process.pid), host: processTable(), nonce };
}

/** The holder in a lock file's text; null if the text was cut off by a crash, or is not ours. */
export function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, started = null, host, nonce } = JSON.parse(text) as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof nonce !== 'string') return null;
    return { pid, started, host, nonce };
  } catch {
    return null;
  }
}

/**
 * `alive` and `dead` are certain. `unknown`: the process belongs to another process table, or its number may have been
 * reused. Then only its heartbeat can tell.
 */
export function holderState(holder: LockHolder | null): 'alive' | 'dead' | 'unknown' {
  if (!holder || holder.host !== processTable()) return 'unknown';
  if (!isAlive(holder.pid)) return 'dead';
  const started = processStart(holder.pid);
  if (holder.started === null || started === null) return 'unknown';
  return holder.started === started ? 'alive' : 'dead';
}

/** Whether this machine's process table has that process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)), counted from the end of the command name, which may contain spaces and brackets. */
function processStart(pid: number): string | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A killed process that its parent has not waited for yet holds nothing.
  if (fields?.[0] === 'Z') return 'zombie';
  return fields?.[19] ?? null;
}

let table: string | undefined;

function processTable(): string {
  const boot = readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '';
  const namespace = readOrNull(() => readlinkSync('/proc/self/ns/pid')) ?? '';
  return (table ??= [hostname(), boot, namespace].filter(Boolean).join(' '));
}

function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
