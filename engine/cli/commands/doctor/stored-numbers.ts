import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineConfig } from '../../../config';
import { systemClock } from '../../../async/clock';
import { PROXY_FAULTS } from '../../../domain/proxy-fault';
import { Encryption } from '../../../encryption/encryption';
import { createRoutes } from '../../../linked-numbers';
import { openProxy } from '../../../sessions/session-proxy';
import type { DatabaseCheck, StoredNumber } from './check-database';
import type { NumberSource } from './check-numbers';

/** The numbers in the database, while no engine runs: this process tests their proxies itself. */
export function storedNumbers(config: EngineConfig, { numbers }: DatabaseCheck): NumberSource | null {
  if (!numbers) return null;
  return {
    // Without an engine every number is disconnected. That is normal.
    list: () =>
      Promise.resolve(
        numbers.map(({ shown_proxy: proxy, ...number }) => ({
          ...{ ...number, proxy },
          reason: number.state === 'disconnected' ? null : number.reason,
        })),
      ),
    async testProxy(id) {
      const row = numbers.find((number) => number.id === id)!;
      const route = createRoutes({
        clock: systemClock,
        socketUrl: config.waSocketUrl,
        allowPrivateMedia: config.allowPrivateMedia,
      })(await proxyOf(row, config));
      const fault = (await route.test?.()) ?? null;
      return { works: fault === null, message: fault === null ? '' : PROXY_FAULTS[fault] };
    },
  };
}

async function proxyOf(
  { id, sealed_proxy: sealed }: StoredNumber,
  config: EngineConfig,
): Promise<string | null> {
  const key = config.encryptionKey ?? (await readFile(join(config.dataDir, 'encryption.key'), 'utf8')).trim();
  return openProxy(id, sealed && Buffer.from(sealed), new Encryption(Buffer.from(key, 'hex')));
}
