import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../support/servers/temp-folder';
import { EngineProcess } from '../support/engine/engine-process';
import { readHandOvers } from '../support/engine/hand-overs';
import { SeededRandom, chaosSeed } from './seeded-random';
import { fullOrShort } from './size';

const { CONTACTS, KILLS } = fullOrShort({ CONTACTS: 900, KILLS: 8 }, { CONTACTS: 240, KILLS: 4 });
const person = (index: number): string => `+1415555${String(index).padStart(4, '0')}`;

interface Campaign {
  status: string;
  total_count: number;
  sent_count: number;
  delivered_count: number;
  failed_count: number;
  canceled_count: number;
  pending_count: number;
}

/** Asks until the engine, which may be dead at this moment, has answered. */
async function ask<T>(
  engine: EngineProcess,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  for (;;) {
    try {
      const response = await fetch(engine.url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return (await response.json()) as T;
    } catch {
      await sleep(50);
    }
  }
}

describe('a campaign whose engine is killed, paused and resumed at chance moments', () => {
  it('sends every contact one message, and its counts are right at the end', async () => {
    const random = new SeededRandom(chaosSeed());
    const folder = await tempFolder('chaos-campaign');
    const handOverFile = join(folder.path, 'hand-overs');
    const engine = await EngineProcess.prepare(join(folder.path, 'data'), handOverFile, {
      BLUETICKS_SANDBOX_SPEED: '20',
      BLUETICKS_PACING: 'off',
    });
    try {
      await engine.start();
      const key = await engine.createKey();
      const contacts = Array.from({ length: CONTACTS }, (_, index) => ({
        to: person(index),
        variables: { n: `${index}` },
      }));
      const { id: audience_id } = await ask<{ id: string }>(engine, key, 'POST', '/v1/audiences', {
        name: 'all',
        contacts,
      });
      const body = { name: 'c', audience_id, text: 'number {n}' };
      const { id } = await ask<{ id: string }>(engine, key, 'POST', '/v1/campaigns', body);
      const path = `/v1/campaigns/${id}`;
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(random.between(20, 900));
        if (random.happens(0.6)) await ask(engine, key, 'POST', `${path}/pause`);
        if (random.happens(0.5)) await sleep(random.between(0, 300));
        if (random.happens(0.7)) await ask(engine, key, 'POST', `${path}/resume`);
        await sleep(random.between(0, 200));
        await engine.kill();
        await engine.start();
      }
      await ask(engine, key, 'POST', `${path}/resume`);
      let campaign: Campaign;
      const deadline = Date.now() + 120_000;
      do {
        await sleep(200);
        campaign = await ask<Campaign>(engine, key, 'GET', path);
      } while (campaign.status !== 'complete_delivered' && Date.now() < deadline);
      expect(campaign).toMatchObject({
        status: 'complete_delivered',
        total_count: CONTACTS,
        sent_count: CONTACTS,
        delivered_count: CONTACTS,
        failed_count: 0,
        canceled_count: 0,
        pending_count: 0,
      });
      // One wire id a contact: an attempt that a kill cut off goes again under the same.
      const handOvers = readHandOvers(handOverFile);
      const wireIds = new Map(contacts.map(({ to }) => [`${to.slice(1)}@c.us`, new Set<string>()]));
      for (const { chatId, wireId } of handOvers) wireIds.get(chatId)!.add(wireId);
      expect([...wireIds.values()].every((ids) => ids.size === 1)).toBe(true);
      const texts = new Set(handOvers.map(({ chatId, text }) => `${chatId} ${text}`));
      expect(texts).toEqual(new Set(contacts.map(({ to }, index) => `${to.slice(1)}@c.us number ${index}`)));
    } finally {
      await engine.kill();
      await folder.remove();
    }
  }, 600_000);
});
