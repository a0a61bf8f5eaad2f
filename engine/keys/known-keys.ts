import { hashKey } from '../domain/access/api-key';
import type { Database } from '../store/sql/database';
import { findKeyByHash, type KeyRow } from '../store/tables/api-keys';
import { revoke } from './keys';

/**
 * Finds keys to authenticate requests. Keys are cached only with the embedded database, which no other process uses.
 * With a database server, another process may have just revoked a key.
 */
export class KnownKeys {
  private known = new Map<string, KeyRow>();
  /** The hashes of keys that were found, even if they have been revoked since. */
  private readonly worked = new Set<string>();

  constructor(private readonly database: Database) {}

  /** @returns undefined for a key that is unknown or revoked. */
  async find(text: string): Promise<KeyRow | undefined> {
    const { known } = this;
    const hash = hashKey(text);
    const key = known.get(hash) ?? (await findKeyByHash(this.database, hash));
    // Not `this.known`: if a key was revoked during the query, that map was replaced and this result may be stale.
    if (key && this.database.kind === 'embedded') known.set(hash, key);
    if (key) this.worked.add(hash);
    return key;
  }

  /** Whether this process has found the key before. It may have been revoked since. */
  hasWorked(text: string): boolean {
    return this.worked.has(hashKey(text));
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
