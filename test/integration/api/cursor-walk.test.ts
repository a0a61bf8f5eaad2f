import fc from 'fast-check';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';

interface Page {
  data: { id: string }[];
  has_more: boolean;
  next_cursor: string | null;
}

describe.each(DATABASE_KINDS)('walking a list, on %s,', (database) => {
  let engine: TestEngine;
  let runs = 0;
  beforeAll(async () => {
    engine = await startEngine({ database });
  });
  afterAll(() => engine.close());

  async function add(reference: string, count: number): Promise<string[]> {
    if (count === 0) return [];
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const message = { type: 'text', to: '+15005550003', text: 'x', reference, send_at: sendAt };
    const { body } = await engine.call('POST', '/v1/messages/batch', {
      messages: Array(count).fill(message),
    });
    return body.data.map(({ id }: { id: string }) => id);
  }

  async function page(reference: string, limit: number, cursor: string | null): Promise<Page> {
    const query = new URLSearchParams({ reference, limit: String(limit), ...(cursor ? { cursor } : {}) });
    const { status, body } = await engine.call('GET', `/v1/messages?${query.toString()}`);
    expect(status).toBe(200);
    return body;
  }

  it('gives every message that was there at its start once, newest first, however many come in between', async () => {
    const step = fc.record({ limit: fc.integer({ min: 1, max: 9 }), added: fc.nat(6) });
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.array(step, { minLength: 1, maxLength: 6 }), async (before, steps) => {
        const reference = `walk-${(runs += 1)}`;
        const there = await add(reference, before);
        // Another list between them: a page must not be cut short by rows that it leaves out.
        await add(`${reference}-other`, 3);
        const seen: string[] = [];
        let cursor: string | null = null;
        for (let index = 0; ; index += 1) {
          const { limit, added } = steps[index % steps.length]!;
          const { data, has_more: more, next_cursor: next }: Page = await page(reference, limit, cursor);
          expect(data.length).toBeLessThanOrEqual(limit);
          expect(more).toBe(next !== null);
          if (more) expect(data).toHaveLength(limit);
          seen.push(...data.map(({ id }) => id));
          if (!more) break;
          cursor = next;
          await add(reference, added);
        }
        expect(seen).toEqual([...there].reverse());
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('a page asked for again is the same, also by the other path', async () => {
    await add('again', 7);
    const first = await page('again', 3, null);
    const second = await page('again', 3, first.next_cursor);
    await add('again', 5);
    expect(await page('again', 3, first.next_cursor)).toEqual(second);
    const query = `reference=again&limit=3&cursor=${first.next_cursor}`;
    expect((await engine.call('GET', `/v1/scheduled-messages?${query}`)).body).toEqual(second);
  });

  it('webhooks are walked in the same way', async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { body } = await engine.call('POST', '/v1/webhooks', {
        url: `http://127.0.0.1:9/${index}`,
        events: ['message.sent'],
      });
      made.unshift(body.id);
    }
    const first = (await engine.call('GET', '/v1/webhooks?limit=2')).body as Page;
    const second = (await engine.call('GET', `/v1/webhooks?limit=3&cursor=${first.next_cursor}`))
      .body as Page;
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made);
    expect([second.has_more, second.next_cursor]).toEqual([false, null]);
    expect((await engine.call('GET', `/v1/messages?cursor=${first.next_cursor}`)).status).toBe(400);
  });
});
