import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withoutSyncs } from '../support/power-cut/journal';
import { chooseCuts, PowerCuts, type Survived } from '../support/power-cut/power-cuts';
import { diskAfter, recordToEnd, type Recording } from '../support/power-cut/recording';
import { embeddedDatabaseArchive } from '../support/servers/shared-servers';
import { tempFolder, type TempFolder } from '../support/servers/temp-folder';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

/** POWER_CUTS=1000 is the long form: about twenty minutes of a processor. */
const CUTS = Number(process.env['POWER_CUTS'] ?? fullOrShort(60, 3));
/** Each recording has a first start, work, a second start and more work. */
const CUTS_OF_ONE = 50;
const ACTS = CUTS > 3 ? 150 : 30;

/** Of the cuts of a whole engine, how many are followed by a whole engine; the others open its store alone. */
const ENGINES = 0.1;

const STORE = join(__dirname, '../support/power-cut/store-child.ts');
const ENGINE = join(__dirname, '../support/power-cut/engine-child.ts');

/** With this seed the disk has kept only what was synced. */
const NOTHING_KEPT = { model: 'strict', seed: 7, again: false, engine: false } as const;

describe('the embedded store, when the power is cut', () => {
  const random = new SeededRandom(chaosSeed());
  let folder: TempFolder;
  let preparedData: string;
  let cuts: PowerCuts;
  let recording: Recording | undefined;

  beforeAll(async () => {
    folder = await tempFolder('power-cut');
    preparedData = await embeddedDatabaseArchive();
    cuts = new PowerCuts(folder.path, preparedData);
  });
  afterAll(async () => {
    cuts.end();
    await folder.remove();
  });

  async function record(file: string): Promise<Recording> {
    const seed = Math.floor(random.between(0, 2 ** 31));
    return (recording = await recordToEnd(file, { preparedData, seed, acts: ACTS }, folder.path));
  }

  it('loses nothing that was acknowledged, leaves nothing half-done, and always opens', async () => {
    const lost: Survived[] = [];
    let promises = 0;
    for (let done = 0; done < CUTS; done += CUTS_OF_ONE) {
      // Every other one is of a whole engine, in the long form.
      const isEngine = (done / CUTS_OF_ONE) % 2 === 1;
      const { steps } = await record(isEngine ? ENGINE : STORE);
      const chosen = chooseCuts(steps, Math.min(CUTS_OF_ONE, CUTS - done), random, isEngine ? ENGINES : 0);
      for await (const survived of cuts.survive(steps, chosen)) {
        promises += survived.promises;
        if (survived.faults.length === 0) continue;
        lost.push(survived);
        process.stdout.write(`chaos: power cuts: ${JSON.stringify(survived).slice(0, 2000)}\n`);
      }
      const figures = { cuts: done + chosen.length, lost: lost.length, promises };
      process.stdout.write(`chaos: power cuts: ${JSON.stringify(figures)}\n`);
    }
    expect(lost).toEqual([]);
  }, 20_000_000);

  it('is recorded without a gap, and loses what was acknowledged on a disk that ignores syncs', async () => {
    const { steps, root } = recording ?? (await record(STORE));
    const replayed = join(folder.path, 'replayed');
    diskAfter(steps).write(replayed, 'strict', null);
    expect(differences(root, replayed)).toEqual([]);

    const kept = withoutSyncs(steps);
    for await (const { faults } of cuts.survive(kept, [{ ...NOTHING_KEPT, at: kept.length }]))
      expect(faults).not.toEqual([]);
  });
});

/** The paths below two folders that are not the same in both. */
function differences(one: string, other: string): string[] {
  const filesOf = (path: string): string[] =>
    readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(path, name)).isFile())
      .sort();
  const files = filesOf(one);
  if (files.join() !== filesOf(other).join()) return ['the names'];
  return files.filter((name) => !readFileSync(join(one, name)).equals(readFileSync(join(other, name))));
}
