import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SeededRandom } from '../../chaos/seeded-random';
import { DiskFile } from './disk-file';
import type { Step } from './journal';

/**
 * What a file system keeps of what was not synced.
 *  - `ordered`: ext4 with its defaults. One journal for all names, in order; a file grows only with its data.
 *  - `strict`: any file system of Linux. Each folder has its own order; a file may grow and hold zeros; a name lasts if
 *    its folder or its file was synced.
 */
export type DiskModel = 'ordered' | 'strict';

/** Names that change at once. */
interface Renaming {
  /** Its place in the one journal of `ordered`. */
  number: number;
  names: { name: string; entry: Entry | null }[];
}

type Entry = DiskFile | DiskFolder;

/** A folder: the names that are surely on the disk, and what has happened to them since. */
class DiskFolder {
  readonly kept = new Map<string, Entry>();
  /** With everything that has happened. */
  readonly now = new Map<string, Entry>();
  readonly changes: Renaming[] = [];
  /** How many changes are in `kept`. */
  keptChanges = 0;
  private readonly syncs = new Map<string, Mark>();

  add(change: Renaming): void {
    this.changes.push(change);
    apply(this.now, change);
  }

  /** The names after that many of the changes that may be lost. */
  after(count: number): Map<string, Entry> {
    const names = new Map(this.kept);
    for (const change of this.changes.slice(0, count)) apply(names, change);
    return names;
  }

  keep(count: number): void {
    for (const change of this.changes.splice(0, count - this.keptChanges)) apply(this.kept, change);
    this.keptChanges = Math.max(this.keptChanges, count);
  }

  begin(id: string, number: number): void {
    this.syncs.set(id, { changes: this.keptChanges + this.changes.length, number });
  }

  end(id: string): Mark | undefined {
    const mark = this.syncs.get(id);
    if (mark) this.keep(mark.changes);
    this.syncs.delete(id);
    return mark;
  }
}

interface Mark {
  changes: number;
  number: number;
}

function apply(names: Map<string, Entry>, { names: changed }: Renaming): void {
  for (const { name, entry } of changed) {
    if (entry) names.set(name, entry);
    else names.delete(name);
  }
}

/** A disk that remembers what a process did, step by step, and what of it would surely survive a power cut. */
export class Disk {
  private readonly root = new DiskFolder();
  private readonly byNumber = new Map<number, Entry>();
  /** Changes of names so far, and how many of them a journal in order has surely kept. */
  private changes = 0;
  private journaled = 0;

  /** A disk with what is in the folder `path`, all of it synced. */
  static of(path: string): Disk {
    const disk = new Disk();
    disk.load(path, disk.root);
    return disk;
  }

  take(step: Step): void {
    switch (step.step) {
      case 'root':
        return void this.byNumber.set(step.file, this.root);
      case 'create':
        return this.add(step.path, step.file, new DiskFile());
      case 'mkdir':
        return this.add(step.path, step.file, new DiskFolder());
      case 'link':
        return this.rename([{ path: step.path, entry: this.entry(step.file) }]);
      case 'rename':
        return this.rename([
          { path: step.path, entry: null },
          { path: step.to, entry: this.find(step.path) },
        ]);
      case 'unlink':
        return this.rename([{ path: step.path, entry: null }]);
      case 'write':
        return this.file(step.file).write(step.at, step.bytes);
      case 'truncate':
        return this.file(step.file).truncate(step.size);
      case 'sync':
        return this.entry(step.file).begin(step.id, this.changes);
      case 'synced':
        return this.synced(this.entry(step.file), step.id);
      case 'promise':
        return;
    }
  }

  /**
   * Writes into the new folder `path` what may be on the disk if the power is cut now.
   * @param random null: everything
   */
  write(path: string, model: DiskModel, random: SeededRandom | null): void {
    // A cut at which a lot, a little or nothing of it had reached the disk.
    const share = random ? random.pick([0, 0, 0.1, 0.5, 0.9, 1]) : 1;
    const journaled =
      this.journaled + Math.floor((this.changes - this.journaled + 1) * (random?.next() ?? 1));
    const names = (folder: DiskFolder): Map<string, Entry> => {
      if (!random) return folder.now;
      const { changes } = folder;
      if (model === 'ordered') return folder.after(changes.filter(({ number }) => number < journaled).length);
      const part = share === 0 || share === 1 ? share : random.next();
      return folder.after(Math.round(changes.length * part));
    };
    const writeFolder = (at: string, folder: DiskFolder): void => {
      mkdirSync(at, { recursive: true, mode: 0o700 });
      for (const [name, entry] of names(folder)) {
        if (entry instanceof DiskFolder) writeFolder(join(at, name), entry);
        else
          writeFileSync(join(at, name), random ? entry.torn(model, share, random) : entry.now(), {
            mode: 0o600,
          });
      }
    };
    writeFolder(path, this.root);
  }

  private load(path: string, folder: DiskFolder): void {
    for (const name of readdirSync(path)) {
      const { ino, size } = lstatSync(join(path, name));
      const isFolder = lstatSync(join(path, name)).isDirectory();
      const entry = isFolder
        ? new DiskFolder()
        : new DiskFile(readFileSync(join(path, name)).subarray(0, size));
      folder.kept.set(name, entry);
      folder.now.set(name, entry);
      this.byNumber.set(ino, entry);
      if (entry instanceof DiskFolder) this.load(join(path, name), entry);
    }
  }

  private add(path: string, number: number, entry: Entry): void {
    this.byNumber.set(number, entry);
    this.rename([{ path, entry }]);
  }

  /** Changes in one folder happen at once; those in two folders do not. */
  private rename(names: { path: string; entry: Entry | null }[]): void {
    const number = this.changes;
    this.changes += 1;
    for (const folderPath of new Set(names.map(({ path }) => dirname(path)))) {
      const folder = this.folder(folderPath);
      const here = names.filter(({ path }) => dirname(path) === folderPath);
      folder.add({ number, names: here.map(({ path, entry }) => ({ name: basename(path), entry })) });
      for (const { entry } of here)
        if (entry instanceof DiskFile)
          entry.namedIn(() => folder.keep(folder.keptChanges + this.countUpTo(folder, number)));
    }
  }

  private countUpTo(folder: DiskFolder, number: number): number {
    return folder.changes.filter((change) => change.number <= number).length;
  }

  private synced(entry: Entry, id: string): void {
    const mark = entry.end(id);
    if (mark) this.journaled = Math.max(this.journaled, mark.number);
  }

  private folder(path: string): DiskFolder {
    if (path === '.') return this.root;
    const entry = this.find(path);
    if (entry instanceof DiskFolder) return entry;
    throw new Error(`The recording has no folder ${path}.`);
  }

  private find(path: string): Entry {
    let entry: Entry | undefined = this.root;
    for (const name of path.split('/')) entry = (entry as DiskFolder).now.get(name);
    if (!entry) throw new Error(`The recording has no ${path}.`);
    return entry;
  }

  private entry(number: number): Entry {
    const entry = this.byNumber.get(number);
    if (!entry) throw new Error('The recording has a file that nobody created.');
    return entry;
  }

  private file(number: number): DiskFile {
    return this.entry(number) as DiskFile;
  }
}
