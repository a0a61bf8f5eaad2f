import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { blocksNewContacts, isUp } from '../domain/link-state';
import type { Log } from '../domain/log';
import type { Tracer } from '../domain/tracing';
import type { Encryption } from '../encryption/encryption';
import type { Transact } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { nextDueAt, type Wanted, whatIsDue } from '../store/tables/lane-messages';
import type { SharedCampaign } from '../store/tables/shared-messages';
import type { Transport } from '../transport/transport';
import { attemptToSend, type Sender } from './attempt-to-send';
import { claimDue, queueDue, type Claimed, type ClaimLimits, type Look } from './claim';
import { drawShared } from './draw-shared';
import { LeaseLost, type Lease } from './lease';
import type { LanePacer } from '../pacing/lane-pacer';
import type { ReadMarks } from './read-marks';
import type { Reports } from './reports';
import { tellNotSent, type SendingWatch, type WatchedLane } from './sending-watch';
import { ShownTyping } from './shown-typing';
import { Strangers } from './strangers';
import { endAttempt, startAttempt } from './trace-attempt';
import { WireGate } from './wire-gate';

export interface LaneDependencies {
  sql: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
  encryption: Encryption;
  allowPrivateMedia: boolean;
  watch: SendingWatch;
  tracer?: Tracer;
  /** The campaigns that the session sends together with others. */
  sharedCampaigns(): readonly SharedCampaign[];
  /** Requests a wake-up of this lane. It may get lost: the sweep requests it again. */
  arm(at: number): void;
  /** Whether the outcome of a message can be recorded. If not, the sending stops until the lane is woken. */
  hasRoom(): boolean;
  /** Another process owns the lane now. */
  onLost(): void;
}

/** The most messages of one lane that may be on their way to WhatsApp at the same time. */
const MOST_UNDER_WAY = 64;
/** The most messages that may be shown as being typed without counting towards it. */
const MOST_TYPED = 192;
/** Rows to lock in one look, and to mark as queued at once, if the lane is paced. */
const ROWS_OF_PACED_LANE = 8;
const QUEUE_AT_ONCE = 200;
/** The wait before another look at due rows that could not be claimed. */
const LOOK_AGAIN_MS = 5;
const RETRY_MS = 1_000;
/** What is due so soon needs no wake-up that survives this process: the next owner looks at the rows when it opens the lane. */
export const SOON_MS = 2_000;
/** Wake-ups are armed this far ahead. The sweep arms what is due later. */
export const HORIZON_MS = 150_000;

/**
 * Sends one session's due messages. When woken, it looks at the rows, claims what is due, hands it to the transport and
 * arms the next wake-up. Messages to one chat keep their order; different chats do not wait for each other.
 */
export class Lane {
  private readonly looks: Rerun;
  /** More is due than fits. */
  private full = false;
  /** A due message waits for another one to its chat. */
  private passedOver = false;
  private armedAt = 0;
  /** A due message waits for the pace. */
  private held = false;
  private cancelTurn: () => void = () => {};
  private soon: { at: number; cancel: () => void } | null = null;
  private readonly typing: ShownTyping;
  private readonly strangers: Strangers;
  /** What stops for people passes it on its way to the wire, and is held up while what the owner wrote is stored. */
  readonly gate: WireGate;
  private readonly sender: Sender;
  /** The message in progress to each person or group. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly lease: Lease,
    private readonly transport: Transport,
    private readonly reports: Reports,
    private readonly pacer: LanePacer,
    readMarks: Pick<ReadMarks, 'isAnswer' | 'beforeAnswer' | 'afterAnswer'>,
    private readonly deps: LaneDependencies,
  ) {
    this.typing = new ShownTyping(lease.sessionId, transport, deps);
    this.strangers = new Strangers(lease.sessionId, transport, { ...deps, onDone: () => this.wake() });
    this.gate = new WireGate(deps.clock);
    this.sender = {
      ...{ lease, transport, pacer, readMarks, deps, typing: this.typing, gate: this.gate },
      isOpen: () => this.isOpen(),
      onHandOver: () => this.armTurn(),
    };
    this.looks = new Rerun({
      clock: deps.clock,
      // No matter what woke it, it looks at the messages of all.
      run: () => (deps.tracer ? deps.tracer.run(null, () => this.look()) : this.look()),
      retryMs: RETRY_MS,
      onError: (error) =>
        deps.log.error(
          { err: error, session_id: lease.sessionId },
          'a lane could not look for messages; trying again',
        ),
    });
  }

  /** Looks at the rows. A call during a look causes one more. */
  wake(): void {
    this.looks.wake();
  }

  /** Looks at the rows at `at` (epoch ms), which is soon. */
  wakeSoon(at: number): void {
    if (this.soon && this.soon.at <= at) return;
    this.soon?.cancel();
    const cancel = this.looks.wakeAfter(Math.max(0, at - this.deps.clock.now()));
    this.soon = { at, cancel };
  }

  /** Claims no more messages, and waits for those in progress. */
  async close(): Promise<void> {
    const looked = this.looks.close();
    this.pacer.close();
    this.typing.close();
    await looked;
    await Promise.all(this.underWay.values());
  }

  /** Arms the next wake-up, even if it was armed already, because wake-ups can be lost. */
  async rearm(): Promise<void> {
    this.armedAt = 0;
    await this.armNext();
  }

  get watched(): Pick<WatchedLane, 'underWay' | 'paceWaitMs'> {
    return { underWay: this.underWay.size, paceWaitMs: (this.held && this.pacer.nextChange()) || 0 };
  }

  private async look(): Promise<void> {
    this.soon?.cancel();
    this.soon = null;
    if (!this.deps.hasRoom()) return;
    try {
      await this.pacer.refresh();
      await this.claimWhatFits();
      // If woken, the next look arms it.
      if (!this.looks.isWoken) await this.armNext();
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      this.deps.onLost();
    }
  }

  private async claimWhatFits(): Promise<void> {
    this.full = false;
    while (!this.looks.isClosed && this.isOpen()) {
      const capacity = MOST_UNDER_WAY - this.busy;
      this.full = capacity <= 0;
      if (this.full) return;
      let wanted = this.wanted();
      if (wanted.lowest === null) return;
      // New contacts have a limit of their own, or must wait.
      if (wanted.lowestOfNew !== wanted.lowest) {
        await this.strangers.lookUp();
        wanted = this.wanted();
      }
      const look = await this.claim(this.limits(capacity), wanted);
      if (look.outdated) {
        this.looks.wake();
        return;
      }
      for (const claim of look.claims) this.startSending(claim);
      this.passedOver = look.passedOver;
      if (!look.more) return;
    }
  }

  /** What belongs to this session goes first, then what any of a campaign's numbers may send. */
  private async claim(limits: ClaimLimits, wanted: Wanted): Promise<Look> {
    const { transact, sharedCampaigns } = this.deps;
    const isCurrent = (sql: Sql): Promise<boolean> => this.pacer.isCurrent(sql);
    const look = await claimDue(transact, this.lease, limits, wanted, isCurrent);
    const shared = sharedCampaigns();
    if (shared.length === 0 || look.claims.length > 0 || look.outdated) return look;
    const drawn = await drawShared(transact, this.lease, shared, limits, wanted, isCurrent);
    return { ...drawn, more: drawn.more || look.more, passedOver: drawn.passedOver || look.passedOver };
  }

  private isOpen(): boolean {
    return isUp(this.transport.state) && this.deps.hasRoom();
  }

  private get isPaced(): boolean {
    return this.pacer.atOnce < Infinity;
  }

  /** How many messages are under way, without those that are only being typed and hold up nobody else. */
  private get busy(): number {
    return this.underWay.size - Math.min(this.typing.count, MOST_TYPED);
  }

  private limits(capacity: number): ClaimLimits {
    return {
      rows: this.isPaced ? ROWS_OF_PACED_LANE : capacity,
      claims: Math.min(capacity, this.pacer.atOnce),
      markNewContacts: this.isPaced,
    };
  }

  private wanted(): Wanted {
    const exceptWhos = [...this.underWay.keys(), ...this.strangers.beingLookedUp];
    const wanted = { exceptWhos, ...this.pacer.wanted() };
    return blocksNewContacts(this.transport.state) ? { ...wanted, lowestOfNew: null } : wanted;
  }

  private startSending(claim: Claimed): void {
    const { who } = claim.message;
    this.pacer.claimed(claim.message);
    const span = startAttempt(this.deps.tracer, claim.message);
    const sent = attemptToSend(claim, this.sender, span)
      .finally(() => {
        this.pacer.ended(claim.message);
        this.armTurn();
      })
      .then((report) => {
        tellNotSent(this.deps.watch, report);
        endAttempt(span, report);
        return this.reports.add(report);
      })
      .finally(() => {
        this.underWay.delete(who);
        // A full lane waits until it is half empty, so that the next claim is worth its transaction.
        const hasCapacity = this.full && this.busy <= MOST_UNDER_WAY / 2;
        // A paced lane looks each time, to see whether WhatsApp rejects messages.
        if (hasCapacity || this.passedOver || this.isPaced) this.wake();
      });
    this.underWay.set(who, sent);
  }

  /** Marks what waits for the pace as queued, and plans the next look for when the pace allows more. */
  private async holdBack(): Promise<void> {
    const due = await whatIsDue(this.deps.sql, this.lease.sessionId, new Date(this.deps.clock.now()));
    if (due.untold) while (await queueDue(this.deps.transact, this.lease, QUEUE_AT_ONCE));
    this.held = due.waiting || this.deps.sharedCampaigns().length > 0;
    this.armTurn();
  }

  private armTurn(): void {
    this.cancelTurn();
    // While the link is down there is no need: reconnecting wakes the lane.
    const wait = this.held && this.isOpen() ? this.pacer.nextChange() : null;
    // The sweep looks before a longer wait ends.
    if (wait === null || wait > HORIZON_MS) return;
    this.cancelTurn = this.looks.wakeAfter(Math.ceil(wait));
  }

  private async armNext(): Promise<void> {
    if (this.isPaced) await this.holdBack();
    const now = this.deps.clock.now();
    const next = await nextDueAt(this.deps.sql, this.lease.sessionId, new Date(now), this.wanted());
    if (!next || next.getTime() > now + HORIZON_MS) return;
    if (next.getTime() <= now) {
      // Due since the last look, or being edited. What is down or full is woken by a connection or the end of a message.
      if (this.isOpen() && !this.full) this.looks.wakeAfter(LOOK_AGAIN_MS);
      return;
    }
    if (next.getTime() <= now + SOON_MS) return this.wakeSoon(next.getTime());
    // In case the queue loses the wake-up.
    this.wakeSoon(next.getTime() + RETRY_MS);
    if (next.getTime() === this.armedAt) return;
    this.armedAt = next.getTime();
    this.deps.arm(this.armedAt);
  }
}
