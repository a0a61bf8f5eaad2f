import { hostname } from 'node:os';
import type { Clock } from '../async/clock';
import type { Mode } from '../domain/mode';
import type { Sql } from '../store/sql/database';
import { endLocalKeys } from '../store/tables/api-keys';
import { createLocalKey } from './keys';

/**
 * The keys for the n8n on this machine: one for each mode, created when first needed, valid until the process ends.
 * Keys of an earlier process with the same data folder are ended at startup, but their ids are reused. So the engine
 * still recognizes an `Idempotency-Key` that n8n sent before a restart.
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
