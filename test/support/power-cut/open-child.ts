import { SeededRandom } from '../../chaos/seeded-random';
import { faultsOf } from './check-store';
import { faultsOfEngine } from './open-engine';
import { openStore } from './open-store';
import { Expected, type Said } from './promises';
import { recordTo } from './recorded-process';
import { addSession, StoreWork } from './store-work';

/** A data folder to open after a cut. */
export interface OpenOrder {
  dataDir: string;
  preparedData: string;
  /** What was promised before the cut. */
  said: Said[];
  thoroughly: boolean;
  /** Starts a whole engine on it after that. */
  engine?: boolean;
  /** Records what opening it does. */
  record?: { root: string; journal: string };
}

export interface Opened {
  faults: string[];
}

/** Where nothing happens: what is recorded unless an order says otherwise. */
const NOTHING = { root: process.env['POWER_CUT_ROOT']!, journal: process.env['POWER_CUT_JOURNAL']! };

/** Opens it as an engine does, checks the promises, and works on in it. */
async function open({ dataDir, preparedData, said, thoroughly, engine, record }: OpenOrder): Promise<Opened> {
  const { root, journal } = record ?? NOTHING;
  recordTo(root, journal);
  const expected = new Expected();
  said.forEach((one) => expected.note(one));
  const faults = await openAndCheck(dataDir, preparedData, expected, thoroughly);
  if (engine && faults.length === 0) faults.push(...(await faultsOfEngine(dataDir, preparedData, expected)));
  return { faults };
}

async function openAndCheck(
  dataDir: string,
  preparedData: string,
  expected: Expected,
  thoroughly: boolean,
): Promise<string[]> {
  const { database, encryption } = await openStore(dataDir, preparedData);
  try {
    const faults = await faultsOf(database, encryption, expected, thoroughly);
    if (faults.length > 0) return faults;
    await addSession(database);
    await new StoreWork(database, encryption, new SeededRandom(1), 'after').createMessages(2);
    return [];
  } finally {
    await database.close();
  }
}

process.on('message', (order: OpenOrder) => {
  open(order).then(
    (opened) => process.send?.(opened),
    (error: Error) =>
      process.send?.({ faults: [`does not open: ${error.message} ${String(error.cause ?? '')}`] }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
