import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFile } from '../../data-folder/engine-file';
import { holderState, parseHolder } from '../../data-folder/lock-holder';
import { bad, good, skipped, type Finding } from './finding';

/** Who works in the data folder. */
export async function checkLock(dataDir: string, engine: EngineFile | null): Promise<Finding> {
  const text = await readFile(join(dataDir, 'engine.lock'), 'utf8').catch(() => null);
  if (text === null) {
    if (engine)
      return good(`not locked: the engine that runs (process ${engine.pid}) uses a database server`);
    return skipped('nobody works in the data folder');
  }
  const holder = parseHolder(text);
  if (engine && holder?.pid === engine.pid) {
    return good(`held by the engine that runs: process ${engine.pid}, since ${engine.started_at}`);
  }
  switch (holderState(holder)) {
    case 'dead':
      return good(`left by process ${holder?.pid}, which has died: the next start takes it over`);
    case 'alive':
      return bad(
        `held by process ${holder?.pid}, which does not answer`,
        `if it does not answer soon, stop it (kill ${holder?.pid}) and start the engine again`,
      );
    default:
      return bad(
        holder
          ? `held by process ${holder.pid} of another machine or container`
          : 'held by an unknown process',
        'stop that engine, or give this one a folder of its own with BLUETICKS_DATA_DIR; if it is gone, the next start takes over within 15 s',
      );
  }
}
