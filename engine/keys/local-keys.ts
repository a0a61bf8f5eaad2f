import { hostname } from 'node:os';
import type { Clock } from '../domain/clock';
import type { Mode } from '../domain/mode';
import type { Sql } from '../store/database';
import { deleteLocalKeys } from '../store/keys';
import { createKey } from './keys';

/**
 * The keys that this engine hands to the n8n of its own machine: one a mode, made when first asked for, good for the
 * life of the process. Those of an earlier process on the same data folder are removed at the start.
 */
export class LocalKeys {
  private readonly keys = new Map<Mode, Promise<string>>();
  private readonly name: string;

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    dataDir: string,
  ) {
    this.name = `n8n on ${hostname()} (${dataDir})`;
  }

  async removeOld(): Promise<void> {
    await deleteLocalKeys(this.sql, this.name);
  }

  keyFor(mode: Mode): Promise<string> {
    let key = this.keys.get(mode);
    if (!key) {
      const input = { mode, name: this.name, scopes: ['*'], origin: 'local' as const };
      key = createKey(this.sql, input, new Date(this.clock.now())).then((made) => made.key);
      key.catch(() => this.keys.delete(mode));
      this.keys.set(mode, key);
    }
    return key;
  }
}
