import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineProcess } from '../support/engine/engine-process';
import { readHandOvers } from '../support/engine/hand-overs';
import type { KillOrder } from '../support/engine/kill-points';
import { tempFolder } from '../support/servers/temp-folder';
import { PersistentClient } from './persistent-client';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

const SIZE = fullOrShort(
  { people: 12, occurrences: 200, kills: 40, limitMs: 1_200_000 },
  { people: 3, occurrences: 8, kills: 3, limitMs: 120_000 },
);
const EVERY_MINUTES = 10;
const MINUTE = 60_000;

interface Occurrence {
  id: string;
  status: string;
  send_at: string;
  expires_at: string;
  sent_at: string | null;
  failure_reason: string | null;
}

/** Dies at any moment, or at one that is hard to hit by chance. */
function orderOf(random: SeededRandom): KillOrder | undefined {
  if (random.happens(0.4)) return undefined;
  const point = random.pick(['before-claim', 'after-claim', 'before-ack-is-stored'] as const);
  return { point, nth: Math.ceil(random.between(0, 5)) };
}

describe('messages that recur every ten minutes, while the engine is killed and its clock runs on', () => {
  it(
    'have each occurrence sent once or counted as missed, never late and never twice',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const folder = await tempFolder('chaos-recurrences');
      const [handOverFile, clockSkewFile] = ['hand-overs', 'skew'].map((name) => join(folder.path, name));
      let skew = 0;
      const jump = (ms: number): void => writeFileSync(clockSkewFile!, String((skew += Math.round(ms))));
      jump(0);
      const flags = { BLUETICKS_SANDBOX_SPEED: '50' };
      const engine = await EngineProcess.prepare(join(folder.path, 'data'), handOverFile!, flags, {
        clockSkewFile: clockSkewFile!,
      });
      try {
        await engine.start();
        const client = new PersistentClient([engine.url], await engine.createKey());
        const ids: string[] = [];
        for (let nth = 0; nth < SIZE.people; nth += 1) {
          const body = {
            ...{ to: `+1415556${1000 + nth}`, type: 'text', text: `for ${nth}`, timezone: 'Europe/Rome' },
            rrule: `FREQ=MINUTELY;INTERVAL=${EVERY_MINUTES};COUNT=${SIZE.occurrences}`,
            start: new Date(Date.now() + skew + MINUTE).toISOString(),
          };
          ids.push(
            (await client.call('POST', '/v1/recurrences', body, { 'idempotency-key': body.to })).body.id,
          );
        }
        let isOver = false;
        let isUp = true;
        // Time goes by in short steps, now and then in longer ones than an occurrence has; a start takes little of it.
        const time = (async () => {
          while (!isOver) {
            await sleep(200);
            if (!isUp && random.happens(0.9)) continue;
            jump(random.happens(0.02) ? random.between(12, 40) * MINUTE : random.between(15_000, 60_000));
          }
        })();
        let kills = 0;
        for (; kills < SIZE.kills; kills += 1) {
          await Promise.race([engine.died(), sleep(random.between(300, 3_000))]);
          isUp = false;
          await engine.kill();
          if (random.happens(0.3)) jump(random.between(5, 30) * MINUTE);
          const killAt = kills === SIZE.kills - 1 ? undefined : orderOf(random);
          await engine.start({ killAt }).catch(async (error: unknown) => {
            // It works before it has said that it is there: then it may be dead by its order already.
            if (!killAt) throw error;
            await engine.start();
          });
          isUp = true;
        }
        const read = async () => {
          const shown = await Promise.all(ids.map((id) => client.call('GET', `/v1/recurrences/${id}`)));
          return shown.map(({ body }) => body as { id: string; status: string; missed: number });
        };
        let recurrences = await read();
        for (; recurrences.some(({ status }) => status === 'active'); recurrences = await read())
          await sleep(200);
        isOver = true;
        await time;

        const wireIds = new Map<string, Set<string>>();
        for (const { chatId, wireId } of readHandOvers(handOverFile!))
          wireIds.set(chatId, (wireIds.get(chatId) ?? new Set()).add(wireId));
        const totals = { sent: 0, missed: 0 };
        for (const [nth, { id, missed }] of recurrences.entries()) {
          const made: Occurrence[] = (await client.call('GET', `/v1/messages?recurrence_id=${id}&limit=200`))
            .body.data;
          const sent = made.filter((message) => message.sent_at !== null);
          // Every occurrence has one message at most, and those that were not sent are missed.
          expect(new Set(made.map((message) => message.send_at)).size).toBe(made.length);
          expect(sent.length + missed).toBe(SIZE.occurrences);
          expect(
            made.filter((message) => message.sent_at === null).map((message) => message.failure_reason),
          ).toEqual(made.filter((message) => message.sent_at === null).map(() => 'expired'));
          // On the wire is each of those that were sent, and otherwise only what a crash left in doubt.
          expect(wireIds.get(`1415556${1000 + nth}@c.us`)?.size ?? 0).toBeLessThanOrEqual(made.length);
          totals.sent += sent.length;
          totals.missed += missed;
        }
        process.stdout.write(`chaos: recurrences: ${JSON.stringify({ kills, ...totals })}\n`);
        expect(totals.sent).toBeGreaterThan(0);
      } finally {
        await engine.kill();
        await folder.remove();
      }
    },
    SIZE.limitMs,
  );
});
