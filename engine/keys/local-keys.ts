import { hostname } from 'node:os';
import type { Clock } from '../async/clock';
import type { Mode } from '../domain/mode';
import type { Sql } from '../store/sql/database';
import { endLocalKeys } from '../store/tables/api-keys';
import { createLocalKey } from './keys';

/**
 * The keys that this engine hands to the n8n of its own machine: one a mode, made when first asked for, good for the
 * life of the process. Those of an earlier process on the same data folder end at the start, but keep their ids: an
 * `Idempotency-Key` that n8n used before a restart of the engine is still known after it.
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

  async endOld(): Promise<void> {
    await endLocalKeys(this.sql, this.name, new Date(this.clock.now()));
  }

  keyFor(mode: Mode): Promise<string> {
    let key = this.keys.get(mode);
    if (!key) {
      const input = { mode, name: this.name, scopes: ['*'] };
      key = createLocalKey(this.sql, input, new Date(this.clock.now()));
      key.catch(() => this.keys.delete(mode));
      this.keys.set(mode, key);
    }
    return key;
  }
}
