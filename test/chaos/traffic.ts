import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PersistentClient } from './persistent-client';
import type { SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

/** How far ahead messages are scheduled. The least that the API accepts is 10 s. */
const [SOONEST_MS, LATEST_MS] = fullOrShort([13_000, 30_000], [11_000, 13_000]);

/** What the engine has acknowledged of one message. */
export interface Acknowledged {
  id: string;
  to: string;
  /** The text of the last acknowledged creation or edit. */
  text: string;
  /** A refused edit whose earlier tries were never answered: one of them may have been done. */
  perhapsText: string | null;
  canceled: boolean;
  /** Epoch milliseconds, or null for at once. */
  sendAt: number | null;
}

export interface Plan {
  messages: number;
  /** Requests under way at the same time. */
  clients: number;
  /** The whole run's length over which messages are spread, in milliseconds. */
  spreadMs: number;
  batchShare: number;
  scheduledShare: number;
  editShare: number;
  cancelShare: number;
  /** Whom the next message goes to. */
  pickRecipient: (random: SeededRandom) => string;
}

/** Posts, edits and cancels messages as `plan` says, through anything, and keeps what was acknowledged. */
export class Traffic {
  readonly messages: Acknowledged[] = [];
  editsTaken = 0;
  private left: number;

  constructor(
    private readonly client: PersistentClient,
    private readonly random: SeededRandom,
    private readonly plan: Plan,
  ) {
    this.left = plan.messages;
  }

  /** Resolves when everything is posted and every change is answered. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.plan.clients }, () => this.worker()));
  }

  private async worker(): Promise<void> {
    const { messages, clients, spreadMs, batchShare } = this.plan;
    while (this.left > 0) {
      const count = this.random.happens(batchShare) ? Math.min(20, this.left) : 1;
      this.left -= count;
      const made = await this.post(count);
      await Promise.all(made.map((message) => this.change(message)));
      await sleep(this.random.between(0, 2 * count * clients * (spreadMs / messages)));
    }
  }

  private async post(count: number): Promise<Acknowledged[]> {
    const inputs = Array.from({ length: count }, () => this.input());
    const headers = { 'idempotency-key': randomUUID() };
    const { status, body } =
      count === 1
        ? await this.client.call('POST', '/v1/messages', inputs[0], headers)
        : await this.client.call('POST', '/v1/messages/batch', { messages: inputs }, headers);
    // A moment that was far enough ahead when it was chosen may no longer be so after a crash: nothing was made then.
    if (status === 400) {
      this.left += count;
      return [];
    }
    if (status > 201) throw new Error(`A message was refused: ${status} ${JSON.stringify(body)}`);
    const rows = (count === 1 ? [body] : body.data) as { id: string; send_at: string | null }[];
    const made = rows.map((row, index) => ({
      id: row.id,
      to: inputs[index]!.to,
      text: inputs[index]!.text,
      perhapsText: null,
      canceled: false,
      sendAt: row.send_at === null ? null : Date.parse(row.send_at),
    }));
    this.messages.push(...made);
    return made;
  }

  private input() {
    const scheduled = this.random.happens(this.plan.scheduledShare);
    const sendAt = new Date(Date.now() + this.random.between(SOONEST_MS, LATEST_MS)).toISOString();
    return {
      type: 'text',
      to: this.plan.pickRecipient(this.random),
      text: `text ${randomUUID()}`,
      ...(scheduled ? { send_at: sendAt } : {}),
    };
  }

  private async change(message: Acknowledged): Promise<void> {
    const { editShare, cancelShare } = this.plan;
    const pause = async (): Promise<unknown> =>
      sleep(message.sendAt ? this.random.between(0, 9_000) : this.random.between(0, 60));
    while (this.random.happens(editShare)) {
      await pause();
      if (!(await this.edit(message))) return;
    }
    if (!this.random.happens(cancelShare)) return;
    await pause();
    const { status } = await this.client.call('POST', `/v1/messages/${message.id}/cancel`);
    if (status === 200) message.canceled = true;
    else if (status !== 409) throw new Error(`A cancellation was answered with ${status}`);
  }

  /** @returns whether the edit was taken. */
  private async edit(message: Acknowledged): Promise<boolean> {
    const text = `edited ${randomUUID()}`;
    const unanswered = this.client.unreachable + this.client.unavailable;
    const { status } = await this.client.call('PATCH', `/v1/messages/${message.id}`, { text });
    if (status === 200) {
      message.text = text;
      this.editsTaken += 1;
      return true;
    }
    if (status !== 400) throw new Error(`An edit was answered with ${status}`);
    if (this.client.unreachable + this.client.unavailable > unanswered) message.perhapsText = text;
    return false;
  }
}
