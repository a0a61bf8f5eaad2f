import { JumpingClock } from '../../support/clock/jumping-clock';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';

/** More than the 64 that a lane hands over at once, so that some are still waiting when the first are on their way. */
const COUNT = 100;
/** Each message goes to a chat of its own, so that what was handed over can be told apart. */
const recipient = (index: number): string => `+1500555${3000 + index}`;
const chatOf = (index: number): string => `1500555${3000 + index}@c.us`;
const numbers = Array.from({ length: COUNT }, (_, index) => index);
/** All of them in another order than that in which they are sent; 67 and COUNT have no common divisor. */
const shuffled = numbers.map((index) => (index * 67) % COUNT);

describe.each(DATABASE_KINDS)('the moment of sending, on %s,', (database) => {
  const recorded = new RecordedTransport();
  let engine: TestEngine;
  /** Requests that were answered while messages went out, and whether all were. */
  let answered = 0;
  let settled = false;
  beforeAll(async () => {
    engine = await startEngine({ database, parts: { wrapTransport: recorded.wrap } });
    // Each hand-over lets a few requests pass, so that the two go on side by side on any machine.
    recorded.pause = async () => {
      const enough = answered + 5;
      await until('more is asked', () => settled || answered >= enough, 25_000);
    };
  });
  beforeEach(() => {
    answered = 0;
    settled = false;
    recorded.forget();
  });
  afterAll(() => engine.close());

  /** A batch that is due now: its ids, by index. */
  async function sendAll(): Promise<string[]> {
    const messages = numbers.map((index) => ({ type: 'text', to: recipient(index), text: 'old' }));
    const { body } = await engine.call('POST', '/v1/messages/batch', { messages });
    return body.data.map((message: { id: string }) => message.id);
  }

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await engine.call(method, `/v1/messages/${path}`, body);
    answered += 1;
    return answer;
  }

  /** Waits until nothing is under way any more: the messages, by index. */
  async function allOut(ids: string[]): Promise<Answer['body'][]> {
    settled = true;
    for (const status of ['scheduled', 'queued', 'sending']) {
      const path = `/v1/messages?limit=1&status=${status}`;
      await until(
        `none is ${status}`,
        async () => (await engine.call('GET', path)).body.data.length === 0,
        20_000,
      );
    }
    return Promise.all(ids.map(async (id) => (await engine.call('GET', `/v1/messages/${id}`)).body));
  }

  it('sends what an edit with status 200 set; an edit with 400 changes nothing', async () => {
    const ids = await sendAll();
    // The last edit of each message that was answered 200.
    const accepted = ids.map(() => 'old');
    const editUntilRefused = async (index: number): Promise<void> => {
      for (let round = 1; ; round += 1) {
        const text = `edit ${round}`;
        const { status, body } = await ask('PATCH', ids[index]!, { text });
        if (status === 400) return;
        expect([status, body.text]).toEqual([200, text]);
        accepted[index] = text;
      }
    };
    await Promise.all(shuffled.map(editUntilRefused));
    const messages = await allOut(ids);
    for (const index of numbers) {
      expect(recorded.textsTo(chatOf(index))).toEqual([accepted[index]]);
      expect(messages[index].text).toBe(accepted[index]);
    }
    expect(accepted.filter((text) => text !== 'old').length).toBeGreaterThan(0);
  });

  it('never hands over a message canceled with 200, and always one answered 409', async () => {
    const ids = await sendAll();
    const statuses = ids.map(() => 0);
    await Promise.all(
      shuffled.map(async (index) => {
        const [method, path] = index % 2 ? ['DELETE', ids[index]!] : ['POST', `${ids[index]}/cancel`];
        statuses[index] = (await ask(method!, path!)).status;
      }),
    );
    const messages = await allOut(ids);
    for (const index of numbers) {
      expect([statuses[index], messages[index].status, recorded.textsTo(chatOf(index))]).toEqual(
        statuses[index] === 200 ? [200, 'canceled', []] : [409, 'delivered', ['old']],
      );
    }
    expect(new Set(statuses).size).toBe(2);
  });

  it('names exactly the messages that were not handed over when canceling many', async () => {
    const ids = await sendAll();
    await until('some are handed over', () => recorded.handedOver.length > 0);
    const answers = await Promise.all(
      shuffled.map((index) => ask('POST', 'cancel', { to: recipient(index) })),
    );
    const canceled = new Set(answers.flatMap(({ body }) => body.ids as string[]));
    const messages = await allOut(ids);
    for (const index of numbers) {
      const expected = canceled.has(ids[index]!) ? ['canceled', []] : ['delivered', ['old']];
      expect([messages[index].status, recorded.textsTo(chatOf(index))]).toEqual(expected);
    }
    expect(canceled.size).toBeGreaterThan(0);
    expect(canceled.size).toBeLessThan(COUNT);
  });
});

it.each(DATABASE_KINDS)(
  'refuses to change a message that may have reached WhatsApp before the link dropped, on %s',
  async (database) => {
    const recorded = new RecordedTransport();
    // Slow enough to be asked while the link is down.
    const engine = await startEngine({
      database,
      parts: { wrapTransport: recorded.wrap },
      flags: { BLUETICKS_SANDBOX_SPEED: '0.5' },
    });
    try {
      const { body } = await engine.call('POST', '/v1/messages', {
        type: 'text',
        to: '+15005550007',
        text: 'old',
      });
      await until('the first attempt is made', () => recorded.handedOver.length > 0);
      const waiting = await until('it waits for the next', async () => {
        const now = (await engine.call('GET', `/v1/messages/${body.id}`)).body;
        return now.status === 'queued' && now;
      });
      expect(waiting).toMatchObject({ attempts: 1, key: expect.stringMatching(/^true_/) });
      const edit = await engine.call('PATCH', `/v1/messages/${body.id}`, { text: 'new' });
      expect([edit.status, edit.body.error.code]).toEqual([400, 'invalid_request']);
      const cancel = await engine.call('POST', `/v1/messages/${body.id}/cancel`);
      expect([cancel.status, cancel.body.error.code]).toEqual([409, 'conflict']);
      const many = await engine.call('POST', '/v1/messages/cancel', { to: '+15005550007' });
      expect(many.body).toEqual({ canceled: 0, ids: [] });
      const message = await until('it is delivered', async () => {
        const now = (await engine.call('GET', `/v1/messages/${body.id}`)).body;
        return now.status === 'delivered' && now;
      });
      expect(message).toMatchObject({ status: 'delivered', text: 'old', attempts: 2 });
      expect(recorded.textsTo('15005550007@c.us')).toEqual(['old', 'old']);
      expect(new Set(recorded.handedOver.map(({ wireId }) => wireId)).size).toBe(1);
    } finally {
      await engine.close();
    }
  },
);

it('survives edits that race with messages due together', async () => {
  const recorded = new RecordedTransport();
  const engine = await startEngine({ parts: { wrapTransport: recorded.wrap } });
  try {
    const sendAt = new Date(Date.now() + 10_500).toISOString();
    const few = numbers.slice(0, 30);
    const messages = few.map((index) => ({
      type: 'text',
      to: recipient(index),
      text: 'old',
      send_at: sendAt,
    }));
    const { body } = await engine.call('POST', '/v1/messages/batch', { messages });
    const ids: string[] = body.data.map((message: { id: string }) => message.id);
    await until('they are nearly due', () => Date.now() > Date.parse(sendAt) - 150, 12_000);
    const accepted = ids.map(() => 'old');
    await Promise.all(
      ids.map(async (id, index) => {
        for (let round = 1; ; round += 1) {
          const { status } = await engine.call('PATCH', `/v1/messages/${id}`, { text: `edit ${round}` });
          if (status === 400) return;
          accepted[index] = `edit ${round}`;
        }
      }),
    );
    await until('all are handed over', () => recorded.handedOver.length >= few.length, 15_000);
    for (const index of few) expect(recorded.textsTo(chatOf(index))).toEqual([accepted[index]]);
    expect(Math.min(...recorded.times)).toBeGreaterThanOrEqual(Date.parse(sendAt));
  } finally {
    await engine.close();
  }
});

it.each(DATABASE_KINDS)(
  'a move never mixes with messages that become due together, on %s',
  async (database) => {
    const recorded = new RecordedTransport();
    const clock = new JumpingClock();
    const engine = await startEngine({ database, parts: { clock, wrapTransport: recorded.wrap } });
    try {
      for (const reference of ['a', 'b']) {
        const of = new Date(clock.now() + 3_600_000).toISOString();
        const messages = numbers.map((index) => ({
          ...{ type: 'text', to: recipient(index), text: `${reference} ${index}`, reference },
          send_at: { after: 'PT0S', of },
        }));
        const { body } = await engine.call('POST', '/v1/messages/batch', { messages });
        const texts = new Map<string, string>();
        for (const { id, text } of body.data) texts.set(id, text);
        const sent = (): string[] => recorded.texts.filter((text) => text.startsWith(reference));
        clock.jump(3_600_000);
        // Wakes the lane, which would otherwise notice only in its next sweep.
        const { data: sessions } = (await engine.call('GET', '/v1/sessions')).body;
        await engine.call('PATCH', `/v1/sessions/${sessions[0].id}`, { pacing: {} });
        await until('the first is handed over', () => sent().length > 0);
        const later = new Date(clock.now() + 86_400_000).toISOString();
        const answer = await engine.call('POST', '/v1/messages/move', { reference, of: later });
        const left: { id: string; outcome: string }[] = answer.body.not_moved;
        expect(new Set(left.map(({ outcome }) => outcome))).toEqual(new Set(['already_sent']));
        expect(answer.body.moved.length + left.length).toBe(COUNT);
        await until('what was not moved is sent', () => sent().length >= left.length);
        expect(sent().sort()).toEqual(left.map(({ id }) => texts.get(id)).sort());
      }
    } finally {
      await engine.close();
    }
  },
);
