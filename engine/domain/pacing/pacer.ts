import { OpenHours } from '../time/open-hours';
import type { PacingHistory, Paced } from './history';
import {
  CAP_NAMES,
  caps,
  DAY_MS,
  hurried,
  hurriedCap,
  limitsOn,
  shareOf,
  slowed,
  warmUpDays,
  type Cap,
  type Limits,
} from './limits';
import { factorAt, factorHoldsUntil, type Slowdown } from './slowdown';
import type { CampaignPacing, PacingSettings, QuietHours } from './settings';
import { quotaTurn, type Quota } from './quota';
import type { PriorityRank } from '../messages/priority';

/** Everything that decides a session's pace, apart from what it has sent. */
export interface PacingRules {
  settings: PacingSettings;
  /** When its number was first linked (epoch ms); null for no warm-up. */
  linkedAt: number | null;
  slowdown: Slowdown | null;
  /** The campaigns with caps of their own, by id. */
  campaigns: ReadonlyMap<string, CampaignPacing>;
  /** Every time is divided by this: 1 for WhatsApp, the speed of the sandbox. Quiet hours are not affected. */
  speed: number;
  /** WhatsApp's own quota of new chats; absent or null: unknown, or none. */
  quota?: Quota | null;
  /** A forecast takes it that each cycle of the quota allows as much as this one. Otherwise WhatsApp has to say so. */
  quotaRenews?: boolean;
}

/** A message that wants to be sent. */
export interface Candidate extends Paced {
  rank: PriorityRank;
}

/** What a message can wait for, as the API names it. */
export const PACING_REASONS = [
  'min_gap',
  ...CAP_NAMES,
  'whatsapp_quota',
  'slowdown',
  'quiet_hours',
  'campaign_pacing',
] as const;
export type PacingReason = (typeof PACING_REASONS)[number];

/** When a message may go, and what it waits for longest until then; null if it may go now. */
export interface Turn<Reason = PacingReason> {
  at: number;
  by: Reason | null;
}

/** By this day every warm-up is over. */
const WARM = 1000;
const RANKS: readonly PriorityRank[] = [0, 1, 2];

/**
 * Decides when the next message may go, from what was sent before, the limits of the day, and the clock. Pure.
 * - Any two messages are at least the minimum gap apart. All but `high` also wait for a random jitter.
 * - No cap is ever exceeded in any sliding window, counting all messages. Each priority may use only its share of a cap
 *   (`shareOf`), so an urgent message never needs to exceed one.
 * - Quiet hours hold back everything but `high`. The pause after a bad slow-down holds back only `low`.
 */
export class Pacer {
  private readonly openHours: OpenHours | null;
  private readonly campaignCaps: ReadonlyMap<string, Cap[]>;
  private readonly warmUpDays: number;
  private cached: { day: number; factor: number; limits: Limits } | null = null;

  /** @param seed for the jitter: the same history, rules and seed give the same answers. */
  constructor(
    private readonly rules: PacingRules,
    private readonly history: PacingHistory,
    private readonly seed: number,
  ) {
    this.openHours = rules.settings.quiet_hours && openOutside(rules.settings.quiet_hours);
    this.warmUpDays = rules.linkedAt === null ? 0 : warmUpDays(rules.settings);
    this.campaignCaps = new Map(
      [...rules.campaigns].map(([id, pacing]) => [
        id,
        caps(pacing).map((cap) => hurriedCap(cap, rules.speed)),
      ]),
    );
  }

  /**
   * The earliest time, from `from` on, when this message may be claimed if no other goes first.
   * @param now what is known of WhatsApp's quota is known at this moment
   */
  turnOf(candidate: Candidate, from: number, now = from): Turn {
    let turn: Turn = { at: from, by: null };
    for (;;) {
      const wait = this.waitAt(candidate, turn.at, now);
      if (wait.at <= turn.at) return turn;
      turn = { at: Math.min(wait.at, this.limitsHoldUntil(turn.at)), by: wait.by };
      if (turn.at === Infinity) return turn;
    }
  }

  /** Whether this message may be claimed now. */
  admits(candidate: Candidate, now: number): boolean {
    return this.waitAt(candidate, now, now).at <= now;
  }

  /** The lowest priority that may be claimed now, for known chats or for new contacts; null for none. */
  lowestRank(newContact: boolean, now: number): PriorityRank | null {
    let lowest: PriorityRank | null = null;
    // If a priority may go, so may those above it.
    for (const rank of RANKS) {
      if (!this.admits({ rank, newContact, campaignId: null }, now)) break;
      lowest = rank;
    }
    return lowest;
  }

  /** The campaigns that have used up a cap of their own. */
  closedCampaigns(now: number): string[] {
    return [...this.campaignCaps.keys()].filter((id) => this.campaignTurn(id) > now);
  }

  /** The next time when something may be claimed that may not be claimed now, or Infinity. */
  nextChange(now: number): number {
    const turns = RANKS.flatMap((rank) =>
      [false, true].map((newContact) => this.turnOf({ rank, newContact, campaignId: null }, now).at),
    );
    for (const id of this.campaignCaps.keys()) turns.push(this.campaignTurn(id));
    return Math.min(...turns.filter((at) => at > now), Infinity);
  }

  /** How many messages of any priority may go in the 24 hours that end at `now`; Infinity for no cap. */
  perDay(now: number): number {
    const [widest] = this.limitsAt(now).caps;
    return widest?.most ?? Infinity;
  }

  /** The same for messages to new contacts. */
  newContactsPerDay(now: number): number {
    return this.limitsAt(now).newContacts.most;
  }

  /** The minimum gap at `now`, in milliseconds. */
  gapMs(now: number): number {
    return this.limitsAt(now).gapMs;
  }

  /** @param now when this was asked; `at` may be later */
  private waitAt(candidate: Candidate, at: number, now: number): Turn {
    const { rank, newContact, campaignId } = candidate;
    const { history } = this;
    const limits = this.limitsAt(at);
    const isSlowed = factorAt(this.rules.slowdown, at, this.rules.speed) > 1;
    let wait: Turn = { at, by: null };
    const until = (moment: number, by: PacingReason): void => {
      if (moment > wait.at) wait = { at: moment, by };
    };

    const jitter = rank === 0 ? 0 : limits.jitterMs * randomFrom(this.seed, history.all.serial);
    until(history.all.last + limits.gapMs + jitter, 'min_gap');
    for (const { name, most, windowMs } of limits.caps)
      until(history.all.fits(shareOf(most, rank), windowMs), isSlowed ? 'slowdown' : name);
    if (newContact) {
      const { most, windowMs, name } = limits.newContacts;
      until(history.newContacts.fits(shareOf(most, rank), windowMs), name);
      const { quota, quotaRenews } = this.rules;
      if (quota)
        until(quotaTurn(quota, history.newContacts, rank, at, quotaRenews ? null : now), 'whatsapp_quota');
    }
    if (campaignId !== null) until(this.campaignTurn(campaignId), 'campaign_pacing');
    if (rank > 0 && this.openHours) until(this.openHours.next(at), 'quiet_hours');
    if (rank === 2) until(this.rules.slowdown?.lowPausedUntil ?? at, 'slowdown');
    return wait;
  }

  private campaignTurn(id: string): number {
    const times = this.history.campaign(id);
    const moments = (this.campaignCaps.get(id) ?? []).map((cap) => times.fits(cap.most, cap.windowMs));
    return Math.max(-Infinity, ...moments);
  }

  private limitsAt(at: number): Limits {
    const { settings, slowdown, speed } = this.rules;
    const day = this.dayAt(at);
    const factor = factorAt(slowdown, at, speed);
    if (this.cached?.day !== day || this.cached.factor !== factor)
      this.cached = { day, factor, limits: hurried(slowed(limitsOn(settings, day), factor), speed) };
    return this.cached.limits;
  }

  /** Until when the limits stay as they are at `at`. */
  private limitsHoldUntil(at: number): number {
    const { linkedAt, slowdown, speed } = this.rules;
    const day = this.dayAt(at);
    const dayEnds =
      linkedAt === null || day >= this.warmUpDays ? Infinity : linkedAt + ((day + 1) * DAY_MS) / speed;
    return Math.min(dayEnds, factorHoldsUntil(slowdown, at, speed));
  }

  /** Days since the number was linked, up to the end of the warm-up. */
  private dayAt(at: number): number {
    const { linkedAt, speed } = this.rules;
    if (linkedAt === null) return WARM;
    const day = Math.floor(((at - linkedAt) * speed) / DAY_MS);
    return Math.min(this.warmUpDays, Math.max(0, day));
  }
}

/** The hours that are not quiet. */
export function openOutside({ start, end, timezone }: QuietHours): OpenHours {
  return new OpenHours({ start: end, end: start, timezone });
}

/** A number from 0 to 1 that looks random, and is always the same for the same arguments. */
function randomFrom(seed: number, serial: number): number {
  let x = Math.imul(seed ^ Math.imul(serial + 1, 0x9e3779b1), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
