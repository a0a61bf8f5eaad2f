import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { nextDueAt, type Wanted, whatIsDue } from '../store/tables/lane-messages';
import { TransportError, type Transport } from '../transport/transport';
import { claimDue, queueDue, type Claimed } from './claim';
import { LeaseLost, type Lease } from './lease';
import type { LanePacer } from '../pacing/lane-pacer';
import { prepareContent } from './prepare-content';
import type { Report, Reports } from './reports';

export interface LaneDependencies {
  sql: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
  allowPrivateMedia: boolean;
  onHandOver(latenessSeconds: number): void;
  /** Asks for a wake-up of this lane; may be lost, the sweep asks again. */
  arm(at: number): void;
  /** Another process owns the lane now. */
  onLost(): void;
}

/** Messages of one lane that are on their way to WhatsApp at the same time. */
const MOST_UNDER_WAY = 64;
/** Rows that are looked at, and told as queued, together where the pace lets only one go. */
const LOOK_AT_PACED = 8;
const QUEUE_AT_ONCE = 200;
/** How soon rows that were due but could not be claimed are looked at again. */
const LOOK_AGAIN_MS = 5;
const RETRY_MS = 1_000;
/** Wake-ups are armed this far ahead; what is due later is armed by the sweep when its time comes near. */
export const HORIZON_MS = 150_000;

/**
 * Works one session's due messages: looks at its rows when woken, claims what is due, hands it to the transport, and
 * arms the next wake-up. Messages to one chat keep their order; different chats do not wait for each other.
 */
export class Lane {
  private readonly looks: Rerun;
  /** There is more that is due than fits. */
  private full = false;
  /** Something that is due waits for another message to its chat. */
  private passedOver = false;
  private armedAt = 0;
  /** Something that is due waits for the pace to let it go. */
  private held = false;
  private cancelTurn: () => void = () => {};
  /** The message under way to each chat. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly lease: Lease,
    private readonly transport: Transport,
    private readonly reports: Reports,
    private readonly pacer: LanePacer,
    private readonly deps: LaneDependencies,
  ) {
    this.looks = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      retryMs: RETRY_MS,
      onError: (error) =>
        deps.log.error({ err: error, session: lease.sessionId }, 'a lane could not be worked; trying again'),
    });
  }

  /** Looks at the rows now; a call while it looks makes it look once more. */
  wake(): void {
    this.looks.wake();
  }

  /** Takes no more messages and waits for those under way. */
  async close(): Promise<void> {
    const looked = this.looks.close();
    this.pacer.close();
    await looked;
    await Promise.all(this.underWay.values());
  }

  /** Arms the next wake-up anew, whether or not one was armed: wake-ups can be lost. */
  async rearm(): Promise<void> {
    this.armedAt = 0;
    await this.armNext();
  }

  private async look(): Promise<void> {
    try {
      await this.pacer.refresh();
      await this.claimWhatFits();
      // The look that follows does it.
      if (!this.looks.isWoken) await this.armNext();
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      this.deps.onLost();
    }
  }

  private async claimWhatFits(): Promise<void> {
    this.full = false;
    while (!this.looks.isClosed && this.isOpen()) {
      const room = MOST_UNDER_WAY - this.underWay.size;
      if (room <= 0) {
        this.full = true;
        return;
      }
      const wanted = this.wanted();
      if (wanted.lowest === null) return;
      const { transact } = this.deps;
      const holds = (sql: Sql): Promise<boolean> => this.pacer.isCurrent(sql);
      const look = await claimDue(transact, this.lease, this.limits(room), wanted, holds);
      if (look.outdated) {
        this.looks.wake();
        return;
      }
      for (const claim of look.claims) this.startSending(claim);
      this.passedOver = look.passedOver;
      if (!look.more) return;
    }
  }

  private isOpen(): boolean {
    return this.transport.state === 'connected' || this.transport.state === 'restricted';
  }

  private get isPaced(): boolean {
    return this.pacer.atOnce < Infinity;
  }

  private limits(room: number) {
    const look = this.isPaced ? LOOK_AT_PACED : room;
    return { look, take: Math.min(room, this.pacer.atOnce), markNewContacts: this.isPaced };
  }

  private wanted(): Wanted {
    const wanted = { exceptChats: [...this.underWay.keys()], ...this.pacer.wanted() };
    return this.transport.state === 'restricted' ? { ...wanted, lowestOfNew: null } : wanted;
  }

  private startSending(claim: Claimed): void {
    const chatId = claim.message.chat_id;
    this.pacer.claimed(claim.message);
    const sent = this.attempt(claim)
      .finally(() => {
        this.pacer.ended(claim.message);
        this.armTurn();
      })
      .then((report) => this.reports.add(report))
      .finally(() => {
        this.underWay.delete(chatId);
        // A full lane waits until it is half empty, so that the next claim is worth its transaction.
        const hasRoom = this.full && this.underWay.size <= MOST_UNDER_WAY / 2;
        // Of a paced lane, to see whether WhatsApp is rejecting messages.
        if (hasRoom || this.passedOver || this.isPaced) this.wake();
      });
    this.underWay.set(chatId, sent);
  }

  private async attempt({ message, handedOverBefore }: Claimed): Promise<Report> {
    const { wire_id: wireId } = message;
    let handedOverAt = handedOverBefore;
    const failure = (reason: string, mayPass: boolean): Report => ({
      wireId,
      failure: { reason, mayPass, handedOverAt, attempt: message.attempts },
    });
    // The message may have waited for another one to its chat: never late means never.
    const isLate = (): boolean =>
      message.expires_at !== null && message.expires_at.getTime() <= this.deps.clock.now();
    try {
      if (isLate()) return failure('expired', false);
      const content = await prepareContent(message, this.deps.sql, this.deps.allowPrivateMedia);
      const isMyTurn = await this.pacer.turn(message, content);
      if (isLate()) return failure('expired', false);
      // As for a link that is down: it goes on without delay when the lane is opened again.
      if (!this.isOpen() || !isMyTurn) return failure('link_down', true);
      if (!this.lease.isCurrent) return failure('lease_lost', true);
      handedOverAt = message.handed_over_at;
      this.deps.onHandOver(this.pacer.handedOver(message) / 1000);
      this.armTurn();
      const { at } = await this.transport.send({
        wireId,
        chatId: message.chat_id,
        content,
        replyTo: message.reply_to,
        mentions: message.mentions,
      });
      const mediaKind = content.type === 'media' ? content.kind : undefined;
      return { wireId, receipt: { wireId, status: 'sent', at }, mediaKind };
    } catch (error) {
      if (error instanceof TransportError) return failure(error.reason, error.mayPass);
      this.deps.log.error({ err: error, message: message.id }, 'an attempt broke off; trying again');
      return failure('attempt_broke_off', true);
    }
  }

  /** Tells what waits for the pace as queued, and looks again when the pace lets more go. */
  private async holdBack(): Promise<void> {
    const due = await whatIsDue(this.deps.sql, this.lease.sessionId, new Date(this.deps.clock.now()));
    if (due.untold) while (await queueDue(this.deps.transact, this.lease, QUEUE_AT_ONCE));
    this.held = due.waiting;
    this.armTurn();
  }

  private armTurn(): void {
    this.cancelTurn();
    // With the link down, its return wakes the lane.
    const wait = this.held && this.isOpen() ? this.pacer.nextChange() : null;
    // What takes longer than that is looked at by the sweep meanwhile.
    if (wait === null || wait > HORIZON_MS) return;
    this.cancelTurn = this.looks.wakeAfter(Math.ceil(wait));
  }

  private async armNext(): Promise<void> {
    if (this.isPaced) await this.holdBack();
    const now = this.deps.clock.now();
    const next = await nextDueAt(this.deps.sql, this.lease.sessionId, new Date(now), this.wanted());
    if (!next || next.getTime() > now + HORIZON_MS) return;
    if (next.getTime() <= now) {
      // Came due since the last look, or is being edited just now. With the link down or the lane full, whoever frees
      // the way wakes the lane.
      if (this.isOpen() && !this.full) this.looks.wakeAfter(LOOK_AGAIN_MS);
      return;
    }
    if (next.getTime() === this.armedAt) return;
    this.armedAt = next.getTime();
    this.deps.arm(this.armedAt);
  }
}
