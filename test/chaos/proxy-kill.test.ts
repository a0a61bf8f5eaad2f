import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineProcess } from '../support/engine/engine-process';
import { linkPhone, whenConnected } from '../support/engine/link-phone';
import type { Call } from '../support/engine/start-engine';
import { PROXY_ADDRESS } from '../support/proxy/proxy-settings';
import { ProxyProcess } from '../support/proxy/proxy-process';
import { tempFolder } from '../support/servers/temp-folder';
import { startWhatsApp } from '../wire/whatsapp';
import { PersistentClient } from './persistent-client';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

/** After the first, at any moment around the change. */
const KILLS = fullOrShort(20, 1);

describe('a number whose proxy is changed', () => {
  it('connects by the new one, and never directly, when the engine is killed before it has reconnected', async () => {
    const random = new SeededRandom(chaosSeed());
    const [folder, whatsapp] = await Promise.all([tempFolder('chaos-proxy'), startWhatsApp()]);
    const proxies = [await ProxyProcess.start('http'), await ProxyProcess.start('socks5')] as const;
    // Only the proxies know this name, and WhatsApp sees which address each connection comes from.
    const flags = {
      BLUETICKS_WA_SOCKET_URL: whatsapp.url.replace('127.0.0.1', 'whatsapp.test'),
      BLUETICKS_PACING: 'off',
    };
    const handOvers = join(folder.path, 'hand-overs');
    const engine = await EngineProcess.prepare(join(folder.path, 'data'), handOvers, flags);
    try {
      await engine.start();
      const key = await engine.createKey('live');
      const client = new PersistentClient([engine.url], key);
      const call = client.call.bind(client) as unknown as Call;
      const id = await linkPhone(call, whatsapp.phone('+14155550100'), { proxy: proxies[0].url() });
      let stored: ProxyProcess = proxies[0];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const other = stored === proxies[0] ? proxies[1] : proxies[0];
        await engine.kill();
        // First exactly between the storing and the reconnecting.
        await engine.start(kill === 0 ? { killAt: { point: 'before-new-proxy', nth: 1 } } : {});
        await whenConnected(call, id);
        const change = fetch(`${engine.url}/v1/sessions/${id}`, {
          method: 'PATCH',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ proxy: other.url() }),
        }).then(
          ({ ok }) => ok,
          () => false,
        );
        await (kill === 0 ? engine.died() : sleep(random.between(0, 400)));
        await engine.kill();
        const isStored = (await change) || kill === 0;
        const before = new Map(proxies.map((proxy) => [proxy, proxy.targets.length]));
        await engine.start();
        await whenConnected(call, id);
        const { proxy: shown } = (await call('GET', `/v1/sessions/${id}`)).body;
        const now = proxies.find((proxy) => shown.startsWith(proxy.url().split('//')[0]!))!;
        if (isStored) expect(now).toBe(other);
        for (const proxy of proxies) {
          const isUsed = proxy.targets.length > before.get(proxy)!;
          expect([kill, isUsed]).toEqual([kill, proxy === now]);
        }
        stored = now;
      }
      expect([...whatsapp.peers]).toEqual([PROXY_ADDRESS]);
      expect(whatsapp.complaints).toEqual([]);
      client.stop();
    } finally {
      await engine.kill();
      for (const proxy of proxies) await proxy.kill();
      await whatsapp.close();
      await folder.remove();
    }
  }, 300_000);
});
