import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../async/clock';
import { Pacer, type Candidate, type PacingRules } from '../domain/pacing/pacer';
import { PacingHistory } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import { withDefaults } from '../domain/pacing/settings';
import { EVIDENCE_MS } from '../domain/pacing/slowdown';
import type { PriorityRank } from '../domain/messages/priority';
import type { Log } from '../domain/log';
import type { Transact, Work } from '../events/transact';
import { pacingRules, type PacingSpeeds } from './pacing-rules';
import { listPastHandOvers } from './past-hand-overs';
import { slowDownIfAsked } from './slow-down';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { listPacedCampaigns, readPacing, type PacingRow } from '../store/tables/pacing';
import type { SessionRow, StoredSlowdown } from '../store/tables/sessions';
import type { Content, Transport } from '../transport/transport';
import type { LanePacer } from './lane-pacer';
import { showTyping, typingTime } from './show-typing';

export interface SessionPacerDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
  /** Tells that a session was slowed down, in the transaction of `work`. */
  tellSlowedDown(work: Work, session: SessionRow): Promise<void>;
}

/** The right to pace one session. */
export interface SessionHold {
  readonly sessionId: string;
  /** Holds it for a transaction; throws where another process has it by now. */
  check(tx: Sql): Promise<void>;
}

/** Of a paced lane: one message, then its gap. */
const AT_ONCE = 1;

interface Taken {
  candidate: Candidate;
  /** When its turn had come (epoch ms). */
  turnAt: number;
}

/** The pace of one session: the rules of `domain/pacer.ts` over what was handed over in the last 24 hours. */
export class SessionPacer implements LanePacer {
  readonly atOnce = AT_ONCE;
  private readonly history = new PacingHistory();
  private readonly taken = new Map<string, Taken>();
  private readonly closing: Promise<void>;
  private readonly speed: number;
  private rules: PacingRules;
  private pacer: Pacer;
  /** When the last message that asked for its turn gets it. */
  private lastTurn = -Infinity;
  /** When the lane began its last look. */
  private lookedAt = -Infinity;
  private isClosed = false;
  close!: () => void;

  private constructor(
    session: SessionRow,
    private readonly lease: SessionHold,
    private readonly transport: Transport,
    private readonly speeds: NonNullable<PacingSpeeds>,
    private readonly deps: SessionPacerDependencies,
  ) {
    this.speed = speeds[session.mode];
    this.rules = pacingRules(session, this.speed);
    this.pacer = this.newPacer();
    this.closing = new Promise((resolve) => {
      this.close = () => {
        this.isClosed = true;
        resolve();
      };
    });
  }

  /** Reads what the session handed over of late, also by a former owner: caps hold over restarts. */
  static async open(
    session: SessionRow,
    lease: SessionHold,
    transport: Transport,
    speeds: NonNullable<PacingSpeeds>,
    deps: SessionPacerDependencies,
  ): Promise<SessionPacer> {
    const pacer = new SessionPacer(session, lease, transport, speeds, deps);
    const now = pacer.now;
    const past = await listPastHandOvers(deps.database, session.id, now, pacer.speed);
    for (const handOver of past) pacer.history.add(handOver, handOver.at);
    return pacer;
  }

  async refresh(): Promise<void> {
    const { database } = this.deps;
    const { sessionId } = this.lease;
    const now = this.now;
    this.lookedAt = now;
    this.history.setBack(now);
    this.history.forget(now - DAY_MS / this.speed);
    const row = await readPacing(database, sessionId);
    // Removed: the lane is about to close.
    if (!row) return;
    const slowdown = (await this.slowDownIfAsked(row, now)) ?? row.slowdown;
    const campaigns = await listPacedCampaigns(database, sessionId);
    const pacings = new Map(campaigns.map(({ id, pacing }) => [id, pacing]));
    this.rules = pacingRules({ ...row, slowdown }, this.speed, pacings);
    this.pacer = this.newPacer();
  }

  async holds(sql: Sql): Promise<boolean> {
    const row = await readPacing(sql, this.lease.sessionId);
    return !row || isDeepStrictEqual(withDefaults(row.pacing), this.rules.settings);
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
    // What changed since the lane looked is still to be looked at.
    return Math.max(0, this.pacer.nextChange(this.lookedAt) - this.now);
  }

  take(message: MessageRow): void {
    const now = this.now;
    const candidate: Candidate = {
      rank: message.priority as PriorityRank,
      newContact: message.new_contact,
      campaignId: message.campaign_id,
    };
    const turn = this.pacer.turnOf(candidate, Math.min(message.due_at.getTime(), now));
    this.taken.set(message.wire_id, { candidate, turnAt: Math.min(turn.at, now) });
    this.history.take(candidate, now);
  }

  async turn(message: MessageRow, content: Content): Promise<boolean> {
    const began = this.now;
    const gapMs = this.pacer.gapMs(began);
    if (this.rules.settings.typing) await this.showTyping(message, content, gapMs);
    // Getting ready takes its time, more for one than for another: the gap holds on the wire too.
    this.lastTurn = Math.max(this.now, Math.min(this.lastTurn, this.now + gapMs) + gapMs);
    await this.pause(this.lastTurn - this.now);
    for (let wait = this.untilGap(gapMs); wait > 0 && !this.isClosed; wait = this.untilGap(gapMs))
      await this.pause(wait);
    this.taken.get(message.wire_id)!.turnAt += this.now - began;
    return !this.isClosed;
  }

  handOver(message: MessageRow): number {
    const now = this.now;
    const taken = this.taken.get(message.wire_id)!;
    this.taken.delete(message.wire_id);
    this.history.handOver(taken.candidate, Math.max(now, this.history.all.lastHandedOver));
    return now - taken.turnAt;
  }

  done(message: MessageRow): void {
    const taken = this.taken.get(message.wire_id);
    if (taken) this.history.drop(taken.candidate);
    this.taken.delete(message.wire_id);
  }

  /** Never longer than the gap, so that it is shown in one chat at a time. */
  private showTyping(message: MessageRow, content: Content, gapMs: number): Promise<void> {
    const ms = Math.min(typingTime(message, content) / this.speed, gapMs);
    const onFault = (error: unknown): void =>
      this.deps.log.warn({ err: error, session: this.lease.sessionId }, 'typing could not be shown');
    return Promise.race([showTyping(this.transport, message.chat_id, ms, onFault), this.closing]);
  }

  /** Until a gap has passed since the last hand-over; the clock may have been set back since. */
  private untilGap(gapMs: number): number {
    return Math.min(gapMs, this.history.all.lastHandedOver + gapMs - this.now);
  }

  private pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    const passed = new Promise<void>((resolve) => this.deps.clock.after(Math.ceil(ms), resolve));
    return Promise.race([passed, this.closing]);
  }

  private async slowDownIfAsked(row: PacingRow, now: number): Promise<StoredSlowdown | null> {
    const { database: sql, transact, log, tellSlowedDown } = this.deps;
    const { sessionId } = this.lease;
    const handedOver = this.history.all.countSince(now - EVIDENCE_MS / this.speed);
    const holdsLease = (tx: Sql): Promise<void> => this.lease.check(tx);
    const deps = { sql, transact, holdsLease, tellSlowedDown };
    const slowdown = await slowDownIfAsked(deps, sessionId, row, handedOver, now, this.speeds);
    if (slowdown)
      log.warn({ session: sessionId, slowdown }, 'a session is slowed down: WhatsApp rejects messages');
    return slowdown;
  }

  private newPacer(): Pacer {
    return new Pacer(this.rules, this.history, seedOf(this.lease.sessionId));
  }

  private get now(): number {
    return this.deps.clock.now();
  }
}

/** Any number that is the same for the same session. */
function seedOf(sessionId: string): number {
  let seed = 0;
  for (const letter of sessionId) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0;
  return seed;
}
