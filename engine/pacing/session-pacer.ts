import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../async/clock';
import { deferred } from '../async/deferred';
import { sleep } from '../async/sleep';
import type { Log } from '../domain/log';
import type { PriorityRank } from '../domain/messages/priority';
import { PacingHistory } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import { Pacer, type Candidate, type PacingRules } from '../domain/pacing/pacer';
import { askAgainAt, countedFrom } from '../domain/pacing/quota';
import { hasRealPace } from '../domain/pacing/settings';
import { EVIDENCE_MS, worsened } from '../domain/pacing/slowdown';
import type { Transact, Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { listPacedCampaigns } from '../store/tables/campaigns';
import { listRejections } from '../store/tables/lane-messages';
import {
  readPacing,
  saveSlowdown,
  type PacingRow,
  type SessionRow,
  type StoredSlowdown,
} from '../store/tables/sessions';
import type { Content, Transport } from '../transport/transport';
import type { LanePacer } from './lane-pacer';
import {
  pacingRules,
  readHandOvers,
  seedOf,
  slowdownOf,
  storedSlowdown,
  type PacingSpeeds,
} from './pacing-rules';
import { typingTime } from './typing';

export interface SessionPacerDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
  /** Emits the event that a session was slowed down, in the transaction of `work`. */
  tellSlowedDown(work: Work, session: SessionRow): Promise<void>;
}

/** The right to pace one session. */
export interface SessionHold {
  readonly sessionId: string;
  /** Holds it until the end of the transaction; throws if another process has the session now. */
  check(tx: Sql): Promise<void>;
}

/** WhatsApp is not asked about its quota more often than this. */
const ASK_QUOTA_EVERY_MS = 5_000;

interface Claimed {
  candidate: Candidate;
  /** The earliest time it could have been handed over (epoch ms). */
  turnAt: number;
}

/** Paces one session: applies the rules in `domain/pacing/` to what it handed over in the last 24 hours. */
export class SessionPacer implements LanePacer {
  /** One message, then its gap. */
  readonly atOnce = 1;
  private readonly history = new PacingHistory();
  /** By wire id. */
  private readonly claims = new Map<string, Claimed>();
  private readonly closing = deferred();
  private rules: PacingRules;
  private pacer: Pacer;
  /** The turn given to the last message that asked. */
  private lastTurn = -Infinity;
  /** When the lane last started to look at its rows. */
  private lookedAt = -Infinity;
  /** When WhatsApp was last asked about its quota, because of what was sent. */
  private askedAt = -Infinity;
  private isClosed = false;

  private constructor(
    session: SessionRow,
    private readonly lease: SessionHold,
    private readonly transport: Transport,
    private readonly speed: number,
    private readonly deps: SessionPacerDependencies,
  ) {
    this.rules = pacingRules(session, speed);
    this.pacer = this.newPacer();
  }

  /** Reads what the session recently handed over, in any process, so that caps hold across restarts. */
  static async open(
    session: SessionRow,
    lease: SessionHold,
    transport: Transport,
    speeds: NonNullable<PacingSpeeds>,
    deps: SessionPacerDependencies,
  ): Promise<SessionPacer> {
    const pacer = new SessionPacer(session, lease, transport, speeds[session.mode], deps);
    const now = pacer.now;
    const { quota } = pacer.rules;
    const from = quota ? countedFrom(quota, now) : now;
    const handOvers = await readHandOvers(deps.database, session.id, now, pacer.speed, from);
    for (const handOver of handOvers) pacer.history.add(handOver, handOver.at);
    return pacer;
  }

  async refresh(): Promise<void> {
    const { database } = this.deps;
    const { sessionId } = this.lease;
    const now = this.now;
    this.lookedAt = now;
    this.history.setBack(now);
    const { quota } = this.rules;
    this.history.forget(now - DAY_MS / this.speed, quota ? countedFrom(quota, now) : now);
    const row = await readPacing(database, sessionId);
    // The session was removed: the lane is about to close.
    if (!row) return;
    const slowdown = (await this.slowDownIfNeeded(row, now)) ?? row.slowdown;
    const campaigns = await listPacedCampaigns(database, [sessionId]);
    const pacings = new Map(campaigns.map(({ id, pacing }) => [id, pacing]));
    this.rules = pacingRules({ ...row, slowdown }, this.speed, pacings);
    this.pacer = this.newPacer();
    this.askQuotaIfNeeded();
  }

  async isCurrent(sql: Sql): Promise<boolean> {
    const row = await readPacing(sql, this.lease.sessionId);
    if (!row) return true;
    const { settings, quota } = pacingRules(row, this.speed);
    return isDeepStrictEqual([settings, quota], [this.rules.settings, this.rules.quota]);
  }

  wanted() {
    const now = this.now;
    return {
      exceptCampaigns: this.pacer.closedCampaigns(now),
      lowest: this.pacer.lowestRank(false, now),
      lowestOfNew: this.pacer.lowestRank(true, now),
    };
  }

  nextChange(): number {
    // Counted from the last look: the lane has not seen later changes yet.
    const wait = Math.max(0, this.pacer.nextChange(this.lookedAt) - this.now);
    const askIn = this.askQuotaAt(this.now) - this.now;
    return Math.min(wait, askIn > 0 ? askIn : ASK_QUOTA_EVERY_MS);
  }

  claimed(message: MessageRow): void {
    const now = this.now;
    const candidate: Candidate = {
      rank: message.priority as PriorityRank,
      newContact: message.new_contact,
      campaignId: message.campaign_id,
    };
    const turn = this.pacer.turnOf(candidate, Math.min(message.due_at.getTime(), now));
    this.claims.set(message.wire_id, { candidate, turnAt: Math.min(turn.at, now) });
    this.history.claim(candidate, now);
  }

  async turn(message: MessageRow, content: Content): Promise<boolean> {
    const began = this.now;
    const gapMs = this.pacer.gapMs(began);
    if (this.rules.settings.typing) await this.showTyping(message, content, gapMs);
    // Preparing a message takes a varying time, so the gap is enforced again just before the hand-over.
    this.lastTurn = Math.max(this.now, Math.min(this.lastTurn, this.now + gapMs) + gapMs);
    await this.pause(this.lastTurn - this.now);
    for (let wait = this.untilGap(gapMs); wait > 0 && !this.isClosed; wait = this.untilGap(gapMs))
      await this.pause(wait);
    this.claims.get(message.wire_id)!.turnAt += this.now - began;
    return !this.isClosed;
  }

  handedOver(message: MessageRow): number {
    const now = this.now;
    const claim = this.claims.get(message.wire_id)!;
    this.claims.delete(message.wire_id);
    this.history.handOver(claim.candidate, Math.max(now, this.history.all.lastHandedOver));
    return now - claim.turnAt;
  }

  ended(message: MessageRow): void {
    const claim = this.claims.get(message.wire_id);
    if (claim) this.history.release(claim.candidate);
    this.claims.delete(message.wire_id);
  }

  close(): void {
    this.isClosed = true;
    this.closing.resolve();
  }

  /**
   * Shows "typing…" for no longer than the gap, so only in one chat at a time. If that fails, the message is still
   * sent.
   */
  private async showTyping(message: MessageRow, content: Content, gapMs: number): Promise<void> {
    const ms = Math.min(typingTime(message, content), gapMs * this.speed);
    if (ms === 0) return;
    const shown = this.transport.typing?.(message.chat_id, ms, 'text').catch((error: unknown) => {
      this.deps.log.warn({ err: error, session_id: this.lease.sessionId }, 'could not show typing');
    });
    await Promise.race([shown, this.closing.promise]);
  }

  /**
   * Milliseconds until a gap has passed since the last hand-over; never more than a gap, since the clock can be set
   * back.
   */
  private untilGap(gapMs: number): number {
    return Math.min(gapMs, this.history.all.lastHandedOver + gapMs - this.now);
  }

  private pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return Promise.race([sleep(this.deps.clock, Math.ceil(ms)), this.closing.promise]);
  }

  /** Slows the session down, and emits the event, if WhatsApp has recently signaled that it sends too fast. */
  private async slowDownIfNeeded(row: PacingRow, now: number): Promise<StoredSlowdown | null> {
    if (!hasRealPace(row.mode, row.pacing)) return null;
    const { database, transact, log, tellSlowedDown } = this.deps;
    const { sessionId } = this.lease;
    const since = now - EVIDENCE_MS / this.speed;
    const rejected = await listRejections(database, sessionId, new Date(since));
    const evidence = {
      handedOver: this.history.all.countSince(since),
      rejectedAt: rejected.map((at) => at.getTime()),
      restricted: row.state === 'restricted',
    };
    const worse = worsened(slowdownOf(row), evidence, now, this.speed);
    if (!worse) return null;
    const stored = storedSlowdown(worse);
    await transact(async (work) => {
      // A process that has lost the session must not change it.
      await this.lease.check(work.sql);
      const slowed = await saveSlowdown(work.sql, sessionId, stored);
      if (slowed) await tellSlowedDown(work, slowed);
    });
    log.warn(
      { session_id: sessionId, slowdown: stored },
      'session slowed down: WhatsApp rejects its messages',
    );
    return stored;
  }

  /** The lane is woken when the answer is stored. */
  private askQuotaIfNeeded(): void {
    const { now } = this;
    if (this.askQuotaAt(now) > now) return;
    // The clock may have been set back.
    if (Math.abs(now - this.askedAt) < ASK_QUOTA_EVERY_MS) return;
    this.askedAt = now;
    this.transport.askQuota?.().catch((error: unknown) => {
      this.deps.log.warn({ err: error, session_id: this.lease.sessionId }, 'could not ask for the quota');
    });
  }

  /** Epoch milliseconds; Infinity for never. */
  private askQuotaAt(now: number): number {
    const { quota } = this.rules;
    return quota ? askAgainAt(quota, this.history.newContacts, now) : Infinity;
  }

  private newPacer(): Pacer {
    return new Pacer(this.rules, this.history, seedOf(this.lease.sessionId));
  }

  private get now(): number {
    return this.deps.clock.now();
  }
}
