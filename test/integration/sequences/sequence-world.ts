import { JumpingClock } from '../../support/clock/jumping-clock';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import {
  startEngine,
  type Answer,
  type StartOptions,
  type TestEngine,
} from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver, type Received } from '../events/receiver';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** An engine whose clock can be moved, that notes what it hands over, with a receiver of all that is told. */
export class SequenceWorld {
  readonly recorded = new RecordedTransport();
  readonly receiver = new Receiver();
  engine!: TestEngine;

  private constructor(readonly clock: JumpingClock) {}

  /** Timers run 20 times as quick, so that a sweep of every minute comes every three seconds. */
  static async start(options: StartOptions = {}, clock = new JumpingClock(20)): Promise<SequenceWorld> {
    const world = new SequenceWorld(clock);
    world.engine = await startEngine({
      ...options,
      parts: { clock: world.clock, wrapTransport: world.recorded.wrap },
    });
    await world.receiver.start();
    await world.ask('POST', '/v1/webhooks', 201, {
      url: world.receiver.url(),
      events: [
        ...['queued', 'sent', 'failed', 'canceled', 'received'].map((name) => `message.${name}`),
        ...['sequence.stopped', 'sequence.completed', 'opt_out.created', 'poll.voted'],
      ],
    });
    return world;
  }

  /** Begins anew for the next test: ends the sequences that are left, and forgets what was sent and told. */
  async begin(): Promise<void> {
    const { data } = await this.ask('GET', '/v1/sequences?status=active&limit=200', 200);
    for (const { id } of data) await this.ask('POST', `/v1/sequences/${id}/cancel`, 200);
    this.recorded.forget();
    this.receiver.forget();
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await this.receiver.stop();
  }

  /** Asks, and checks the status of the answer. */
  async ask(method: string, path: string, status: number, body?: unknown): Promise<Answer['body']> {
    const answer = await this.engine.call(method, path, body);
    expect([answer.status, answer.body.error]).toEqual([
      status,
      status < 400 ? undefined : expect.anything(),
    ]);
    return answer.body;
  }

  create(to: string, steps: object[], fields: object = {}): Promise<Answer['body']> {
    const typed = steps.map((step, index) => ({ type: 'text', text: `step ${index + 1}`, ...step }));
    return this.ask('POST', '/v1/sequences', 201, { to, steps: typed, ...fields });
  }

  get(id: string): Promise<Answer['body']> {
    return this.ask('GET', `/v1/sequences/${id}`, 200);
  }

  /** Waits until a sequence has this status. */
  reaches(id: string, status: string): Promise<Answer['body']> {
    return until(
      `${id} is ${status}`,
      async () => {
        const sequence = await this.get(id);
        return sequence.status === status && sequence;
      },
      20_000,
    );
  }

  /** Waits for the first event of this type about this sequence. */
  told(type: string, id: string): Promise<Received['event']> {
    return until(`${type} is told`, () => this.eventsOf(id).find((event) => event.type === type));
  }

  eventsOf(id: string): Received['event'][] {
    return this.receiver.received.map(({ event }) => event).filter(({ data }) => data['id'] === id);
  }

  ahead(ms: number): string {
    return new Date(this.clock.now() + ms).toISOString();
  }
}

/** The statuses of a sequence's messages, step by step. */
export const statuses = (sequence: { messages: { status: string }[] }): string[] =>
  sequence.messages.map(({ status }) => status);
