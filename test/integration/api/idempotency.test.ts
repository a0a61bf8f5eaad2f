import fc from 'fast-check';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope } from '../../support/engine/refusal';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';

const HOUR = 3_600_000;
const to = '+15005550003';

describe.each(DATABASE_KINDS)('Idempotency-Key, on %s,', (database) => {
  const clock = new JumpingClock();
  let engine: TestEngine;
  let unused = 0;
  beforeAll(async () => {
    engine = await startEngine({ database, parts: { clock } });
  });
  afterAll(() => engine.close());

  const newKey = (): string => `key-${(unused += 1)}`;
  const later = (): string => new Date(clock.now() + HOUR).toISOString();
  const post = (key: string, body: unknown, path = '/v1/messages'): Promise<Answer> =>
    engine.call('POST', path, body, { 'idempotency-key': key });
  const countOf = async (reference: string): Promise<number> =>
    (await engine.call('GET', `/v1/messages?limit=200&reference=${reference}`)).body.data.length;
  const isReplay = ({ headers }: Answer): boolean => headers.get('idempotent-replayed') === 'true';

  it('answers a repeated request with the first answer and status 200', async () => {
    const key = newKey();
    const body = { type: 'text', to, text: 'Hello', reference: key, send_at: later() };
    const first = await post(key, body);
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    await engine.call('PATCH', `/v1/messages/${first.body.id}`, { text: 'Edited' });
    const again = await post(key, Object.fromEntries(Object.entries(body).reverse()));
    expect([again.status, isReplay(again), again.body]).toEqual([200, true, first.body]);
    const byTheOtherPath = await post(key, body, '/v1/scheduled-messages');
    expect([byTheOtherPath.status, byTheOtherPath.body]).toEqual([200, first.body]);
    expect(await countOf(key)).toBe(1);
  });

  it('refuses another body or operation with the same key', async () => {
    const key = newKey();
    const body = { type: 'text', to, text: 'Hello', reference: key };
    await post(key, body);
    for (const other of [
      await post(key, { ...body, text: 'Hello!' }),
      await post(key, { messages: [body] }, '/v1/messages/batch'),
    ]) {
      expectEnvelope(other);
      expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_key_conflict']);
      expect(other.body.error.message).toMatch(/Use a new key for a new request/);
    }
    expect(await countOf(key)).toBe(1);
  });

  it('can use the key of a refused request again', async () => {
    const key = newKey();
    expect((await post(key, { type: 'text', to: '0641', text: 'x' })).status).toBe(400);
    expect((await post(key, { type: 'text', to, text: 'x', from: '+14155551234' })).status).toBe(422);
    expect((await post(key, { type: 'text', to, text: 'x' })).status).toBe(201);
  });

  it('repeats a batch as a whole', async () => {
    const key = newKey();
    const messages = ['a', 'b', 'c'].map((text) => ({ type: 'text', to, text, reference: key }));
    const first = await post(key, { messages }, '/v1/messages/batch');
    const again = await post(key, { messages }, '/v1/messages/batch');
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body]);
    expect(await countOf(key)).toBe(3);
  });

  const batch = (messages: object[]): Promise<Answer> =>
    engine.call('POST', '/v1/messages/batch', { messages });

  it('treats a message in a batch like one that comes alone, by its own key', async () => {
    const [one, two, three] = [newKey(), newKey(), newKey()];
    const message = (key: string) => ({ type: 'text', to, text: key, reference: one, send_at: later() });
    const [a, b, c] = [message(one), message(two), message(three)];
    const alone = await post(one, a);
    const keyed = [
      { ...a, idempotency_key: one },
      { ...b, idempotency_key: two },
      { ...b, idempotency_key: two },
      { ...c, reference: one },
    ];
    const first = await batch(keyed);
    expect(first.status).toBe(201);
    expect(first.body.data[0]).toEqual(alone.body);
    expect(first.body.data[2]).toEqual(first.body.data[1]);
    expect(await countOf(one)).toBe(3);
    const again = await batch(keyed.slice(0, 3));
    expect(again.body.data).toEqual(first.body.data.slice(0, 3));
    const repeated = await post(two, b);
    expect([repeated.status, repeated.body]).toEqual([200, first.body.data[1]]);
    expect(await countOf(one)).toBe(3);
  });

  it('names each key of a batch that was used with another body, and creates nothing', async () => {
    const [one, two, reference] = [newKey(), newKey(), newKey()];
    const body = { type: 'text', to, text: 'Hello', reference };
    await post(one, body);
    const answer = await batch([
      { ...body, idempotency_key: one },
      { ...body, text: 'x', idempotency_key: one },
      { ...body, idempotency_key: two },
      { ...body, text: 'y', idempotency_key: two },
      body,
    ]);
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'idempotency_key_conflict']);
    expect(answer.body.error.message).toMatch(/^messages\.1\.idempotency_key was used with another body/);
    expect(answer.body.error.details.map(({ path }: { path: string }) => path)).toEqual([
      'messages.1.idempotency_key',
      'messages.3.idempotency_key',
    ]);
    expect(await countOf(reference)).toBe(1);
    // What was refused used up no key.
    expect((await post(two, body)).status).toBe(201);
  });

  it('creates each message once for simultaneous batches with keys in common', async () => {
    const keys = Array.from({ length: 20 }, newKey);
    const reference = newKey();
    const send_at = later();
    const messages = keys.map((key) => ({
      type: 'text',
      to,
      text: key,
      reference,
      send_at,
      idempotency_key: key,
    }));
    const answers = await Promise.all(
      [messages, messages.toReversed(), messages.slice(5, 15), messages].map((some) => batch(some)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(await countOf(reference)).toBe(20);
  });

  it('names every fault of a message with a key', async () => {
    const answer = await batch([{ type: 'text', to: 'x', text: '', idempotency_key: '' }]);
    expect(answer.body.error.details.map(({ path }: { path: string }) => path)).toEqual([
      ...['messages.0.text', 'messages.0.idempotency_key', 'messages.0.to'],
    ]);
  });

  it('creates one message for 50 simultaneous requests with one key', async () => {
    const key = newKey();
    const body = { type: 'text', to, text: 'Hello', reference: key };
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(key, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(49).fill(200), 201]);
    expect(answers.filter(isReplay)).toHaveLength(49);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await countOf(key)).toBe(1);
  });

  it('creates one message per key, however many requests race', async () => {
    const request = fc.record({ key: fc.nat(4), body: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 24 }), async (requests) => {
        const reference = newKey();
        const answers = await Promise.all(
          requests.map(({ key, body }) =>
            post(`${reference}-${key}`, { type: 'text', to, text: `body ${body}`, reference }),
          ),
        );
        for (const key of new Set(requests.map((one) => one.key))) {
          const mine = requests
            .map((one, index) => ({ ...one, answer: answers[index]! }))
            .filter((one) => one.key === key);
          const winners = mine.filter(({ answer }) => answer.status === 201);
          expect(winners).toHaveLength(1);
          for (const { body, answer } of mine) {
            if (answer === winners[0]!.answer) continue;
            if (body !== winners[0]!.body) expect(answer.status).toBe(409);
            else expect([answer.status, answer.body]).toEqual([200, winners[0]!.answer.body]);
          }
        }
        expect(await countOf(reference)).toBe(new Set(requests.map((one) => one.key)).size);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('remembers a key for 24 hours, even after send_at has passed', async () => {
    const key = newKey();
    const body = { type: 'text', to, text: 'Hello', send_at: later() };
    const first = await post(key, body);
    clock.jump(24 * HOUR - 10_000);
    const again = await post(key, body);
    expect([again.status, again.body]).toEqual([200, first.body]);
    clock.jump(10_000);
    const next = await post(key, { ...body, send_at: later() });
    expect(next.status).toBe(201);
    expect(next.body.id).not.toBe(first.body.id);
  });
});
