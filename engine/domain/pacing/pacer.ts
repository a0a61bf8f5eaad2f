import { openOutside, type OpenHours } from '../time/open-hours';
import type { PacingHistory, Paced } from './history';
import {
  caps,
  DAY_MS,
  hurried,
  hurriedCap,
  limitsOn,
  shareOf,
  slowed,
  warmUpDays,
  type Cap,
  type CapName,
  type Limits,
} from './limits';
import { factorAt, factorHoldsUntil, type Slowdown } from './slowdown';
import type { CampaignPacing, PacingSettings } from './settings';
import type { PriorityRank } from '../messages/priority';

/** By what a session is paced. */
export interface PacingRules {
  settings: PacingSettings;
  /** When its number was linked first (epoch ms); null: long ago, no warm-up is due. */
  linkedAt: number | null;
  slowdown: Slowdown | null;
  /** Campaigns that have caps of their own, by id. */
  campaigns: ReadonlyMap<string, CampaignPacing>;
  /** Divides every time: 1 for WhatsApp, the sandbox's speed there. Not the clock of quiet hours. */
  speed: number;
}

/** A message that would go. */
export interface Candidate extends Paced {
  rank: PriorityRank;
}

/** What a message waits for longest. */
export type Hindrance = 'min_gap' | CapName | 'slowdown' | 'quiet_hours' | 'campaign_pacing';

/** When a message may go, and what keeps it until then; null where it may go at once. */
export interface Turn {
  at: number;
  by: Hindrance | null;
}

/** A day on which every warm-up is over. */
const WARM = 1000;
const RANKS: readonly PriorityRank[] = [0, 1, 2];

/**
 * Says when the next message may go: a pure rule over the history of hand-overs, the limits of the day and the clock.
 * - The least gap holds between any two messages. `high` needs no more than that; the others draw a jitter on top.
 * - No cap is ever exceeded in any sliding window, by all messages together: of each a part is kept for the higher
 *   priorities, see `shareOf`, and so nobody has to be let through beyond it.
 * - Quiet hours and the pause after a bad slow-down hold back everything but `high`, and only `low`, respectively.
 */
export class Pacer {
  private readonly quiet: OpenHours | null;
  private readonly campaignCaps: ReadonlyMap<string, Cap[]>;
  private readonly warmUpDays: number;
  private known: { day: number; factor: number; limits: Limits } | null = null;

  /** @param seed of the jitter: the same history, rules and seed give the same answers. */
  constructor(
    private readonly rules: PacingRules,
    private readonly history: PacingHistory,
    private readonly seed: number,
  ) {
    this.quiet = rules.settings.quiet_hours && openOutside(rules.settings.quiet_hours);
    this.warmUpDays = rules.linkedAt === null ? 0 : warmUpDays(rules.settings);
    this.campaignCaps = new Map(
      [...rules.campaigns].map(([id, pacing]) => [
        id,
        caps(pacing).map((cap) => hurriedCap(cap, rules.speed)),
      ]),
    );
  }

  /** The earliest moment from `now` on at which this message may be taken, if nothing else goes before it. */
  turnOf(candidate: Candidate, now: number): Turn {
    let turn: Turn = { at: now, by: null };
    for (;;) {
      const wait = this.waitAt(candidate, turn.at);
      if (wait.at <= turn.at) return turn;
      turn = { at: Math.min(wait.at, this.limitsHoldUntil(turn.at)), by: wait.by };
      if (turn.at === Infinity) return turn;
    }
  }

  /** Whether this message may be taken now. */
  admits(candidate: Candidate, now: number): boolean {
    return this.waitAt(candidate, now).at <= now;
  }

  /** The lowest priority of which something may be taken now, to known chats or to new contacts; null for none. */
  lowestRank(newContact: boolean, now: number): PriorityRank | null {
    // What a priority may do, those above it may too.
    let lowest: PriorityRank | null = null;
    for (const rank of RANKS) {
      if (!this.admits({ rank, newContact, campaignId: null }, now)) break;
      lowest = rank;
    }
    return lowest;
  }

  /** Campaigns that have used up a cap of their own. */
  closedCampaigns(now: number): string[] {
    return [...this.campaignCaps.keys()].filter((id) => this.campaignTurn(id) > now);
  }

  /** When something that may not be taken now may be: the next moment to look, or Infinity. */
  nextChange(now: number): number {
    const turns = RANKS.flatMap((rank) =>
      [false, true].map((newContact) => this.turnOf({ rank, newContact, campaignId: null }, now).at),
    );
    for (const id of this.campaignCaps.keys()) turns.push(this.campaignTurn(id));
    return Math.min(...turns.filter((at) => at > now), Infinity);
  }

  /** How many messages, of any priority, may go in the 24 hours that end at `now`. */
  perDay(now: number): number {
    const [widest] = this.limitsAt(now).caps;
    return widest!.most;
  }

  /** The least gap at `now`, in milliseconds. */
  gapMs(now: number): number {
    return this.limitsAt(now).gapMs;
  }

  private waitAt(candidate: Candidate, at: number): Turn {
    const { rank, newContact, campaignId } = candidate;
    const { history } = this;
    const limits = this.limitsAt(at);
    const isSlowed = factorAt(this.rules.slowdown, at, this.rules.speed) > 1;
    let wait: Turn = { at, by: null };
    const until = (moment: number, by: Hindrance): void => {
      if (moment > wait.at) wait = { at: moment, by };
    };

    const jitter = rank === 0 ? 0 : limits.jitterMs * drawn(this.seed, history.all.serial);
    until(history.all.last + limits.gapMs + jitter, 'min_gap');
    for (const { name, most, windowMs } of limits.caps)
      until(history.all.fits(shareOf(most, rank), windowMs), isSlowed ? 'slowdown' : name);
    if (newContact) {
      const { most, windowMs, name } = limits.newContacts;
      until(history.newContacts.fits(shareOf(most, rank), windowMs), name);
    }
    if (campaignId !== null) until(this.campaignTurn(campaignId), 'campaign_pacing');
    if (rank > 0 && this.quiet) until(this.quiet.next(at), 'quiet_hours');
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
    if (this.known?.day !== day || this.known.factor !== factor)
      this.known = { day, factor, limits: hurried(slowed(limitsOn(settings, day), factor), speed) };
    return this.known.limits;
  }

  /** From then on more may be allowed than at `at`. */
  private limitsHoldUntil(at: number): number {
    const { linkedAt, slowdown, speed } = this.rules;
    const day = this.dayAt(at);
    const dayEnds =
      linkedAt === null || day >= this.warmUpDays ? Infinity : linkedAt + ((day + 1) * DAY_MS) / speed;
    return Math.min(dayEnds, factorHoldsUntil(slowdown, at, speed));
  }

  /** Days since the number was linked; all days after the warm-up are alike. */
  private dayAt(at: number): number {
    const { linkedAt, speed } = this.rules;
    if (linkedAt === null) return WARM;
    const day = Math.floor(((at - linkedAt) * speed) / DAY_MS);
    return Math.min(this.warmUpDays, Math.max(0, day));
  }
}

/** A number from 0 to 1, always the same for the same two numbers. */
function drawn(seed: number, serial: number): number {
  let x = Math.imul(seed ^ Math.imul(serial + 1, 0x9e3779b1), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
