import type { SeededRandom } from '../../chaos/seeded-random';
import type { DiskModel } from './disk';

const SECTOR = 512;

type Change = { at: number; bytes: Buffer } | { size: number };

/** The content of a file: what is surely on the disk, and what was written since. */
export class DiskFile {
  private readonly changes: Change[] = [];
  private keptChanges = 0;
  private readonly syncs = new Map<string, { changes: number; number: number; names: (() => void)[] }>();
  /** Keeps the file's names in their folders. */
  private names: (() => void)[] = [];

  constructor(private kept: Buffer = Buffer.alloc(0)) {}

  write(at: number, bytes: Buffer): void {
    this.changes.push({ at, bytes });
  }

  truncate(size: number): void {
    this.changes.push({ size });
  }

  /** @param keep makes sure of this name, as a sync of the file does */
  namedIn(keep: () => void): void {
    this.names.push(keep);
  }

  begin(id: string, number: number): void {
    this.syncs.set(id, { changes: this.keptChanges + this.changes.length, number, names: this.names });
    this.names = [...this.names];
  }

  end(id: string): { number: number } | undefined {
    const mark = this.syncs.get(id);
    if (!mark) return undefined;
    this.syncs.delete(id);
    const settled = this.changes.splice(0, Math.max(0, mark.changes - this.keptChanges));
    this.keep(settled);
    this.keptChanges = Math.max(this.keptChanges, mark.changes);
    for (const keep of mark.names) keep();
    this.names = this.names.filter((name) => !mark.names.includes(name));
    return mark;
  }

  /** In place if it does not grow: the log is 16 MB, and is synced at every commit. */
  private keep(changes: readonly Change[]): void {
    const { kept } = this;
    const isInside = changes.every(
      (change) => 'at' in change && change.at + change.bytes.length <= kept.length,
    );
    if (!isInside) this.kept = applied(kept, changes);
    else for (const change of changes) if ('at' in change) change.bytes.copy(kept, change.at);
  }

  now(): Buffer {
    return applied(this.kept, this.changes);
  }

  /** What may be left of it. `share`: how much of what was not synced, from 0 to 1. */
  torn(model: DiskModel, share: number, random: SeededRandom): Buffer {
    if (this.changes.length === 0 || share === 1) return this.now();
    const count = Math.round(this.changes.length * random.next());
    const prefix = applied(this.kept, this.changes.slice(0, count));
    const way = random.pick(['nothing', 'prefix', 'torn', 'torn'] as const);
    if (way === 'prefix') return prefix;
    const kept = way === 'nothing' ? this.kept : this.sectors(share, random);
    if (model === 'strict')
      return resized(kept, way === 'nothing' && random.happens(0.5) ? kept.length : prefix.length);
    // It grows only with its data.
    if (way === 'nothing') return this.kept;
    return Buffer.concat([
      kept.subarray(0, Math.min(this.kept.length, prefix.length)),
      prefix.subarray(this.kept.length),
    ]);
  }

  /** Of each write, each sector by chance. */
  private sectors(share: number, random: SeededRandom): Buffer {
    const parts = this.changes.flatMap((change): Change[] => {
      if ('size' in change) return [change];
      const found: Change[] = [];
      for (let at = change.at; at < change.at + change.bytes.length;) {
        const end = Math.min(change.at + change.bytes.length, (Math.floor(at / SECTOR) + 1) * SECTOR);
        if (random.happens(share))
          found.push({ at, bytes: change.bytes.subarray(at - change.at, end - change.at) });
        at = end;
      }
      return found;
    });
    return applied(this.kept, parts);
  }
}

function applied(content: Buffer, changes: readonly Change[]): Buffer {
  let size = content.length;
  let most = size;
  for (const change of changes) {
    size = 'size' in change ? change.size : Math.max(size, change.at + change.bytes.length);
    most = Math.max(most, size);
  }
  const result = Buffer.alloc(most);
  content.copy(result);
  let length = content.length;
  for (const change of changes) {
    if ('size' in change) {
      if (change.size < length) result.fill(0, change.size, length);
      length = change.size;
    } else {
      change.bytes.copy(result, change.at);
      length = Math.max(length, change.at + change.bytes.length);
    }
  }
  return result.subarray(0, length);
}

/** Cut off, or grown with zeros. */
function resized(content: Buffer, size: number): Buffer {
  if (size <= content.length) return content.subarray(0, size);
  return Buffer.concat([content, Buffer.alloc(size - content.length)]);
}
