import { scriptOf } from '../../../../engine/transport/sandbox/test-numbers';
import type {
  HandedOver,
  Inbound,
  OutgoingMessage,
  Receipt,
  Transport,
} from '../../../../engine/transport/transport';
import type { FakeClock } from '../../../support/clock/fake-clock';
import { newTransport } from './driven';

interface Row {
  message: OutgoingMessage;
  status: 'queued' | HandedOver['status'];
  sentAt: number | null;
  answers: Set<string>;
  /** What each process received, oldest process first. */
  lives: string[][];
}

/** A minimal engine that keeps rows across crashes: enough to check what the real one relies on. */
export class SmallEngine {
  /** Violations of the transport's contract. */
  readonly faults: string[] = [];
  private readonly rows = new Map<string, Row>();
  private transport: Transport | null = null;
  private life = 0;
  private refusals = 0;

  constructor(private readonly clock: FakeClock) {}

  start(): void {
    this.life += 1;
    const { life } = this;
    for (const row of this.rows.values()) row.lives.push([]);
    this.transport = newTransport(this.clock);
    this.transport.resume(this.handedOver());
    void this.transport.open({
      onReceipt: (receipt) => this.onReceipt(receipt, life),
      onInbound: (inbound) => this.onInbound(inbound, life),
      onNames: () => Promise.resolve(),
      onState: () => this.check(life === this.life, 'a state from an earlier process'),
    });
  }

  send(message: OutgoingMessage): void {
    const row = this.rows.get(message.wireId) ?? {
      message,
      status: 'queued' as const,
      sentAt: null,
      answers: new Set<string>(),
      lives: [[]],
    };
    this.rows.set(message.wireId, row);
    const { life } = this;
    this.transport!.send(message).then(
      ({ at }) => {
        if (life !== this.life) return;
        this.check(row.sentAt === null || row.sentAt === at, 'a different time of acceptance');
        row.sentAt = at;
        if (row.status === 'queued') row.status = 'sending';
      },
      (error: { mayPass: boolean }) => this.check(error.mayPass, 'a final refusal'),
    );
  }

  sendPending(): void {
    for (const row of this.rows.values()) if (row.status === 'queued') this.send(row.message);
  }

  refuseNext(times: number): void {
    this.refusals = times;
  }

  /** The process dies and another starts. `forgetting`: accepted but undelivered messages were not stored yet. */
  async crash(forgetting: boolean): Promise<void> {
    await this.stop();
    for (const row of this.rows.values()) {
      if (forgetting && row.status === 'sending') Object.assign(row, { status: 'queued', sentAt: null });
    }
    this.start();
  }

  async stop(): Promise<void> {
    await this.transport!.close();
  }

  account(
    wireId: string,
  ): { wasSent: boolean } & Pick<Row, 'lives' | 'answers'> & { status?: Row['status'] } {
    const row = this.rows.get(wireId);
    if (!row) return { wasSent: false, lives: [], answers: new Set() };
    return { wasSent: true, lives: row.lives, answers: row.answers, status: row.status };
  }

  private handedOver(): HandedOver[] {
    return [...this.rows.values()].flatMap(({ message: { wireId, chatId }, status, sentAt }) =>
      status === 'queued' || sentAt === null ? [] : [{ wireId, chatId, status, sentAt, poll: null }],
    );
  }

  private onReceipt({ wireId, status, at }: Receipt, life: number): void {
    const row = this.heard(wireId, status, at, life);
    if (row && (status === 'delivered' || status === 'read')) row.status = status;
  }

  private async onInbound({ id, kind, targetWireId, at }: Inbound, life: number): Promise<void> {
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new Error('The store is unreachable.');
    }
    const row = this.heard(targetWireId!, kind === 'message' ? 'reply' : kind, at, life);
    row?.answers.add(id);
  }

  private heard(wireId: string, kind: string, at: number, life: number): Row | undefined {
    const row = this.rows.get(wireId);
    this.check(life === this.life, `a ${kind} from an earlier process`);
    if (!row || row.sentAt === null) {
      this.faults.push(`a ${kind} for a message that was not accepted`);
      return undefined;
    }
    const step = scriptOf({ ...row.message, poll: null }).steps.find((candidate) => candidate.kind === kind);
    this.check(at - row.sentAt === step?.afterMs, `a ${kind} at the wrong time`);
    row.lives.at(-1)!.push(kind);
    return row;
  }

  private check(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }
}
