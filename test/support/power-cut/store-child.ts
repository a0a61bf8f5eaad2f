import { SeededRandom } from '../../chaos/seeded-random';
import { say } from './recorded-process';
import { openStore } from './open-store';
import { addSession, StoreWork } from './store-work';

/** What is recorded: a store's first start, work on it, a second start, more work, and an end by `kill -9`. */
export interface StoreOrder {
  dataDir: string;
  preparedData: string;
  seed: number;
  acts: number;
}

async function main({ dataDir, preparedData, seed, acts }: StoreOrder): Promise<void> {
  const random = new SeededRandom(seed);
  for (const name of ['first', 'second']) {
    const { database, encryption } = await openStore(dataDir, preparedData);
    await addSession(database);
    say({ about: 'started' });
    await new StoreWork(database, encryption, random, name).run(acts);
    if (name === 'first') await database.close();
  }
  process.kill(process.pid, 'SIGKILL');
}

void main(JSON.parse(process.argv[2]!) as StoreOrder);
