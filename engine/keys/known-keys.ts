import { hashKey } from '../domain/access/api-key';
import type { Database } from '../store/sql/database';
import { findKeyByHash, type KeyRow } from '../store/tables/api-keys';
import { revoke } from './keys';

/**
 * The keys of this engine by their text, asked for by every request. On the embedded database, of which this process
 * is the only user, a key is read once; on a server another process may have revoked it a moment ago.
 */
export class KnownKeys {
  private known = new Map<string, KeyRow>();

  constructor(private readonly database: Database) {}

  /** @returns undefined for a key that is unknown or revoked. */
  async find(text: string): Promise<KeyRow | undefined> {
    const { known } = this;
    const hash = hashKey(text);
    const key = known.get(hash) ?? (await findKeyByHash(this.database, hash));
    // Not `this.known`: whoever was revoked while it was read must not be known for ever.
    if (key && this.database.kind === 'embedded') known.set(hash, key);
    return key;
  }

  /** @throws EngineError `not_found` */
  async revoke(id: string, now: Date): Promise<KeyRow> {
    try {
      return await revoke(this.database, id, now);
    } finally {
      this.known = new Map();
    }
  }
}
