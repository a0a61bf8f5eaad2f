import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededRandom } from '../../chaos/seeded-random';
import { nextMessage } from '../servers/typescript-child';
import { Disk, type DiskModel } from './disk';
import { readJournal, type Step } from './journal';
import type { Opened, OpenOrder } from './open-child';
import { Expected, type Said } from './promises';
import { forkRecorded } from './recording';

/** One cut: after how many steps, what the disk may have kept, and whether the power is cut again while it opens. */
export interface Cut {
  /** Whether a whole engine starts on what is left. */
  engine: boolean;
  at: number;
  model: DiskModel;
  seed: number;
  again: boolean;
}

export interface Survived {
  cut: Cut;
  /** How many promises were checked. */
  promises: number;
  faults: string[];
}

/** Cuts at chance moments: most while it works, some during the first start. */
export function chooseCuts(
  steps: readonly Step[],
  count: number,
  random: SeededRandom,
  /** The share of cuts after which a whole engine starts. */
  engines = 0,
): Cut[] {
  const started = steps.findIndex((step) => step.step === 'promise');
  return Array.from({ length: count }, () => ({
    at: Math.floor(random.happens(0.15) ? random.between(1, started) : random.between(started, steps.length)),
    model: random.pick(['strict', 'strict', 'ordered'] as const),
    seed: Math.floor(random.between(0, 2 ** 31)),
    again: random.happens(0.2),
    engine: random.happens(engines),
  })).sort((a, b) => a.at - b.at);
}

/** Cuts the power of recorded processes, and opens what is left in a process of its own. */
export class PowerCuts {
  private readonly opener: ChildProcess;
  private readonly ready: Promise<unknown>;
  private images = 0;

  constructor(
    private readonly folder: string,
    private readonly preparedData: string,
  ) {
    const nothing = { root: '', journal: '/dev/null' };
    this.opener = forkRecorded(join(__dirname, 'open-child.ts'), [], nothing);
    this.ready = nextMessage(this.opener);
  }

  /** Makes each cut of a recording, in order. */
  async *survive(steps: readonly Step[], cuts: readonly Cut[]): AsyncGenerator<Survived> {
    await this.ready;
    const disk = new Disk();
    const said: Said[] = [];
    let at = 0;
    for (const cut of cuts) {
      for (; at < cut.at; at += 1) {
        const step = steps[at]!;
        if (step.step === 'promise') said.push(step.promise as Said);
        else disk.take(step);
      }
      yield { cut, promises: promisesIn(said), faults: await this.cut(disk, said, cut) };
    }
  }

  end(): void {
    this.opener.disconnect();
  }

  private async cut(disk: Disk, said: Said[], cut: Cut): Promise<string[]> {
    const random = new SeededRandom(cut.seed);
    const image = this.newImage();
    try {
      disk.write(image, cut.model, random);
      if (cut.again) return await this.cutAgain(image, said, cut, random);
      return await this.open(image, said, random, { engine: cut.engine });
    } finally {
      await rm(image, { recursive: true });
    }
  }

  /** The power fails again while the store recovers. */
  private async cutAgain(image: string, said: Said[], cut: Cut, random: SeededRandom): Promise<string[]> {
    const journal = join(this.folder, 'journal-of-recovery');
    const recovering = Disk.of(image);
    const faults = await this.open(image, said, random, { record: { root: image, journal } });
    const steps = readJournal(journal);
    await rm(journal);
    if (faults.length > 0) return faults;
    const end = Math.floor(random.between(1, steps.length));
    for (const step of steps.slice(0, end)) recovering.take(step);
    const second = this.newImage();
    try {
      recovering.write(second, cut.model, random);
      // It names the process that opens both, and that one is alive.
      rmSync(join(second, 'data', 'engine.lock'), { force: true });
      return await this.open(second, said, random, { engine: cut.engine });
    } finally {
      await rm(second, { recursive: true });
    }
  }

  private async open(
    image: string,
    said: Said[],
    random: SeededRandom,
    more: Pick<OpenOrder, 'engine' | 'record'>,
  ): Promise<string[]> {
    const dataDir = join(image, 'data');
    letGo(join(dataDir, 'engine.lock'), random);
    const { preparedData } = this;
    const thoroughly = random.happens(0.2);
    const answer = nextMessage<Opened>(this.opener);
    this.opener.send({ dataDir, preparedData, said, thoroughly, ...more } satisfies OpenOrder);
    return (await answer).faults;
  }

  private newImage(): string {
    this.images += 1;
    return join(this.folder, `image-${this.images}`);
  }
}

/**
 * The lock of a dead process on this machine is taken over at once. One that the cut has emptied says nothing of its
 * holder, so the engine watches it for five seconds, and longer if it is young. Some cuts wait for that.
 */
function letGo(lock: string, random: SeededRandom): void {
  if (!existsSync(lock)) return;
  if (random.happens(0.95)) return rmSync(lock);
  const before = new Date(Date.now() - 60_000);
  utimesSync(lock, before, before);
}

function promisesIn(said: readonly Said[]): number {
  const expected = new Expected();
  said.forEach((one) => expected.note(one));
  return expected.size;
}
