import { readFileSync } from 'node:fs';

/** What a process holds, in MB. */
export interface MemorySample {
  requests: number;
  rss: number;
  /** The JavaScript heap in use, as the engine's own metrics say. */
  heap: number;
}

export async function sampleMemory(pid: number, url: string, requests: number): Promise<MemorySample> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const heap = Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(metrics)?.[1] ?? 0) / 1024 / 1024;
  return { requests, rss: Math.round(rss), heap: Math.round(heap) };
}

/** How much more the last third of a run holds than the middle one, in MB; the first warms up. */
export function growthOf(samples: readonly MemorySample[], what: 'rss' | 'heap'): number {
  const third = Math.floor(samples.length / 3);
  // The least of each: between two garbage collections, the heap goes up and down.
  const least = (part: readonly MemorySample[]): number => Math.min(...part.map((sample) => sample[what]));
  return least(samples.slice(2 * third)) - least(samples.slice(third, 2 * third));
}
