import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../support/servers/temp-folder';
import { fullest } from '../simulation/pacing-world';
import { EngineProcess } from '../support/engine/engine-process';
import { readHandOvers, type HandOver } from '../support/engine/hand-overs';
import type { KillOrder } from '../support/engine/kill-points';
import { PersistentClient } from './persistent-client';
import { SeededRandom, chaosSeed } from './seeded-random';
import { fullOrShort } from './size';
import { groupBy, type Shown } from './verdict';

/** A minute of the pace is 6 s, so that a restart falls into it; its least gap is 100 ms. */
const SPEED = 10;
const PACE = { min_gap_s: 1, jitter_s: 1, per_minute: 12, per_hour: 1000, new_contacts_per_day: 1000 };
/** Of the twelve a campaign leaves four to others. */
const FOR_CAMPAIGNS = 8;
const SLOW = { per_minute: 3 };
const MINUTE_MS = 60_000 / SPEED;
const GAP_MS = (PACE.min_gap_s * 1000) / SPEED;
/** Between the pacer's look at the clock and that of the record. */
const SLACK_MS = 5;
/** In short each campaign still has more people than its cap, and both together more than theirs. */
const { KILLS, SLOWS, QUICKS } = fullOrShort(
  { KILLS: 4, SLOWS: 6, QUICKS: 12 },
  { KILLS: 3, SLOWS: 4, QUICKS: 9 },
);

const people = (count: number, from: number): { to: string }[] =>
  Array.from({ length: count }, (_, index) => ({ to: `+1415555${String(from + index).padStart(4, '0')}` }));

/** Dies at any moment, or at one that is hard to hit by chance. */
function orderOf(random: SeededRandom): KillOrder | undefined {
  if (random.happens(0.5)) return undefined;
  const point = random.pick(['after-claim', 'before-ack-is-stored'] as const);
  return { point, nth: Math.ceil(random.between(0, 4)) };
}

async function killAndStart(engine: EngineProcess, random: SeededRandom): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await Promise.race([engine.died(), sleep(random.between(200, 2_500))]);
    await engine.kill();
    const killAt = kill === KILLS - 1 ? undefined : orderOf(random);
    await engine.start({ killAt }).catch(async (error: unknown) => {
      // Its lanes work before it has said that it is there: then it may be dead by its order already.
      if (!killAt) throw error;
      await engine.start();
    });
  }
}

/** Every attempt counts, also one that goes again after a kill. */
const mostInAMinute = (handOvers: readonly HandOver[]): number =>
  fullest(
    handOvers.map(({ at }) => at),
    MINUTE_MS - SLACK_MS,
  );

describe('a paced engine that is killed again and again', () => {
  it('never exceeds a cap or goes below the gap, in any window over any restart, and sends each message once', async () => {
    const random = new SeededRandom(chaosSeed());
    const folder = await tempFolder('chaos-pacing');
    const handOverFile = join(folder.path, 'hand-overs');
    const engine = await EngineProcess.prepare(join(folder.path, 'data'), handOverFile, {
      BLUETICKS_SANDBOX_SPEED: String(SPEED),
      BLUETICKS_PACING: 'on',
    });
    try {
      await engine.start();
      const client = new PersistentClient([engine.url], await engine.createKey());
      const { body: sessions } = await client.call('GET', '/v1/sessions');
      await client.call('PATCH', `/v1/sessions/${sessions.data[0].id}`, { pacing: PACE });
      const campaign = async (contacts: object[], text: string, more: object = {}): Promise<string> => {
        const audience = await client.call('POST', '/v1/audiences', { name: text, contacts });
        const body = { name: text, audience_id: audience.body.id, text, ...more };
        return `/v1/campaigns/${(await client.call('POST', '/v1/campaigns', body)).body.id}`;
      };
      const [slow, quick, single] = [people(SLOWS, 100), people(QUICKS, 200), people(4, 300)];
      const campaigns = [await campaign(slow, 'slow', { pacing: SLOW }), await campaign(quick, 'quick')];
      await Promise.all([
        killAndStart(engine, random),
        // One after another, while the engine dies and comes back.
        (async () => {
          for (const { to } of single) {
            const message = { type: 'text', to, text: 'single' };
            await client.call('POST', '/v1/messages', message, { 'idempotency-key': to });
            await sleep(1_500);
          }
        })(),
      ]);
      for (const path of campaigns) {
        for (let shown = ''; shown !== 'complete_delivered'; await sleep(200))
          shown = (await client.call('GET', path)).body.status;
      }
      const { data } = (await client.call('GET', '/v1/messages?limit=200')).body;
      const shown = (data as Shown[]).map(({ to, status }) => `${to} ${status}`).sort();
      const recipients = [...slow, ...quick, ...single].map(({ to }) => to);
      expect(shown).toEqual(recipients.map((to) => `${to} delivered`).sort());

      const handOvers = readHandOvers(handOverFile);
      const of = (...texts: string[]): HandOver[] =>
        handOvers.filter(({ text }) => texts.includes(text ?? ''));
      expect(mostInAMinute(handOvers)).toBeLessThanOrEqual(PACE.per_minute);
      expect(mostInAMinute(of('quick', 'slow'))).toBeLessThanOrEqual(FOR_CAMPAIGNS);
      expect(mostInAMinute(of('slow'))).toBeLessThanOrEqual(SLOW.per_minute);
      const gaps = handOvers.slice(1).map(({ at }, index) => at - handOvers[index]!.at);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(GAP_MS - SLACK_MS);
      // One wire id a recipient, and nobody left out.
      const wireIds = [...groupBy(handOvers, ({ chatId }) => chatId).values()].map(
        (tries) => new Set(tries.map(({ wireId }) => wireId)).size,
      );
      expect(wireIds).toEqual(recipients.map(() => 1));
      const repeats = handOvers.length - wireIds.length;
      process.stdout.write(`chaos: pacing: ${JSON.stringify({ kills: KILLS, repeats })}\n`);
    } finally {
      await engine.kill();
      await folder.remove();
    }
  }, 240_000);
});
