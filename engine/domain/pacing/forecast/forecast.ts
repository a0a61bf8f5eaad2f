import { OpenHours } from '../../time/open-hours';
import type { SendWindow } from '../../time/send-window';
import { PacingHistory, type HandOver } from '../history';
import { DAY_MS } from '../limits';
import { Pacer, PACING_REASONS, type Candidate, type PacingRules, type Turn } from '../pacer';
import type { CampaignPacing } from '../settings';
import { RepeatedWeeks } from './repeated-weeks';

/** How many people to write to. */
export interface RecipientCounts {
  /** People with an existing chat. */
  known: number;
  /** People with no messages so far, in either direction. */
  newContacts: number;
}

/** Messages queued before a campaign's own: those of one campaign with caps of its own, or all others (null). */
export interface QueuedBefore extends RecipientCounts {
  campaignId: string | null;
}

export interface ForecastRequest {
  rules: PacingRules;
  /** What was handed over in the last 24 hours, oldest first. */
  history: readonly HandOver[];
  /** WhatsApp blocks messages to new contacts until then (epoch ms; Infinity: end unknown); null for no restriction. */
  restrictedUntil: number | null;
  queuedBefore: readonly QueuedBefore[];
  contacts: RecipientCounts;
  /** The id under which its messages are in `history`; null for a campaign that does not exist yet. */
  campaignId: string | null;
  /** Epoch milliseconds. */
  now: number;
  /** When it starts (epoch ms); null for now. */
  sendAt: number | null;
  sendWindow: SendWindow | null;
  pacing: CampaignPacing;
}

/** What can hold a campaign up, as the API names it. */
export const FORECAST_REASONS = [...PACING_REASONS, 'restriction', 'send_window', 'send_at'] as const;
type Reason = (typeof FORECAST_REASONS)[number];

export interface Forecast {
  /** When the last message goes (epoch ms); null if the settings never allow it. */
  completesAt: number | null;
  /** What most of the time is spent waiting for; null if nothing holds it up. */
  limitedBy: Reason | null;
  /** How many messages go in each 24 hours from now, for the first `FORECAST_DAYS`. */
  perDay: number[];
}

/** Messages that the pacer treats the same: those of one campaign to known people, or to new contacts. */
interface Queue {
  candidate: Candidate;
  left: number;
  total: number;
  isOwn: boolean;
}

/** `perDay` covers this many days. */
export const FORECAST_DAYS = 60;
/** Any seed will do: the jitter only has to be right on average. */
const SEED = 1;
const NEW_CAMPAIGN = 'new campaign';

/**
 * Predicts when a campaign ends: it sends the campaign's messages, and those queued before, through the real pacer on
 * a virtual clock.
 *
 * Example: 100 new contacts and `new_contacts_per_day` 50. Campaigns have priority `low`, which may use 40 of these 50.
 * So 40 go today, 40 tomorrow and 20 on the third day: `perDay` is [40, 40, 20], `limitedBy` is `new_contacts_per_day`,
 * and `completesAt` is a little over two days away.
 *
 * Weeks that repeat are skipped, so that forecasts of large campaigns stay fast. Example: 100,000 known people and
 * `per_day` 600, of which `low` may use 480: 3,360 a week. The first two weeks are played message by message and turn
 * out alike. The other 93,280 messages would fill 27.8 weeks more; 26 of these are skipped, and the last 1.8 are
 * played: 12,640 messages in all. The clock of the played weeks does not know what was skipped, so a daylight saving
 * change in or after skipped weeks can shift the end by an hour.
 *
 * Messages created later are not known: many alerts and single messages make the campaign end later.
 */
export class ForecastRun {
  private readonly queues: Queue[];
  private readonly history = new PacingHistory();
  private readonly pacer: Pacer;
  private readonly openHours: OpenHours | null;
  private readonly weeks: RepeatedWeeks<Reason | null>;
  private readonly waited = new Map<Reason | null, number>();
  private readonly perDay: number[] = [];
  /** No week before this is skipped: the campaign may not have started, or new contacts may still be blocked. */
  private readonly steadyFrom: number;
  /** The virtual clock. It leaves out the time that was skipped. */
  private time: number;
  private skippedMs = 0;

  constructor(private readonly request: ForecastRequest) {
    const { rules, now, sendAt, sendWindow, restrictedUntil } = request;
    const campaignId = request.campaignId ?? NEW_CAMPAIGN;
    for (const handOver of request.history) this.history.add(handOver, handOver.at);
    const campaigns = new Map([...rules.campaigns, [campaignId, request.pacing]]);
    this.pacer = new Pacer({ ...rules, campaigns, quotaRenews: true }, this.history, SEED);
    this.openHours = sendWindow && new OpenHours(sendWindow);
    this.queues = [
      ...request.queuedBefore.flatMap((queued) => queuesOf(queued, queued.campaignId, false)),
      ...queuesOf(request.contacts, campaignId, true),
    ];
    this.weeks = new RepeatedWeeks(now, this.queues.length);
    this.steadyFrom = Math.max(sendAt ?? now, restrictedUntil === Infinity ? now : (restrictedUntil ?? now));
    this.time = now;
  }

  /** Plays up to `most` messages. @returns the forecast once it is complete, else null: call again. */
  play(most: number): Forecast | null {
    for (let played = 0; played < most; played += 1) {
      if (this.queues.every(({ isOwn, left }) => !isOwn || left === 0)) return this.endsAt(this.time);
      const { index, turn } = this.next();
      if (turn.at === Infinity) return this.never(turn.by);
      this.skipRepeatedWeeks(turn.at);
      this.send(index, turn);
    }
    return null;
  }

  private endsAt(time: number): Forecast {
    const longest = [...this.waited].sort(([, a], [, b]) => b - a).find(([by, ms]) => by !== null && ms > 0);
    return { completesAt: time + this.skippedMs, limitedBy: longest?.[0] ?? null, perDay: this.perDay };
  }

  private never(limitedBy: Reason | null): Forecast {
    return { completesAt: null, limitedBy, perDay: this.perDay };
  }

  /** The queue that may send first. Ties go to the earlier queue, but known and new recipients are mixed evenly. */
  private next(): { index: number; turn: Turn<Reason> } {
    let first: { index: number; turn: Turn<Reason> } | null = null;
    for (const [index, queue] of this.queues.entries()) {
      if (queue.left === 0) continue;
      const turn = this.turnOf(queue);
      if (!first || goesBefore(queue, turn, this.queues[first.index]!, first.turn)) first = { index, turn };
    }
    return first!;
  }

  /** When a queue may send: the latest of the pacer's turn, the restriction, and the campaign's start and window. */
  private turnOf({ candidate, isOwn }: Queue): Turn<Reason> {
    const { sendAt, restrictedUntil } = this.request;
    let turn: Turn<Reason> = { at: this.time, by: null };
    const until = (at: number, by: Reason | null): void => {
      if (at > turn.at) turn = { at, by };
    };
    if (isOwn && sendAt !== null) until(sendAt, 'send_at');
    if (candidate.newContact && restrictedUntil !== null) until(restrictedUntil, 'restriction');
    while (turn.at < Infinity) {
      const paced = this.pacer.turnOf(candidate, turn.at);
      until(paced.at, paced.by);
      const opening = isOwn && this.openHours && turn.at < Infinity ? this.openHours.next(turn.at) : turn.at;
      if (opening === turn.at) break;
      until(opening, 'send_window');
    }
    return turn;
  }

  private send(index: number, { at, by }: Turn<Reason>): void {
    const queue = this.queues[index]!;
    this.addWait(by, at - this.time);
    this.weeks.add(index, by, at - this.time);
    this.time = at;
    this.history.add(queue.candidate, at);
    queue.left -= 1;
    if (queue.isOwn) this.addToDay(Math.floor((at + this.skippedMs - this.request.now) / DAY_MS), 1);
  }

  private skipRepeatedWeeks(at: number): void {
    const skip = this.weeks.advanceTo(at, () => this.queues.map(({ left }) => left));
    if (!skip || at < this.steadyFrom || this.isUnderQuota) return;
    const { times, period, endsOnDay } = skip;
    const skippedDays = times * period.days;
    this.queues.forEach((queue, index) => (queue.left -= times * period.counts[index]!));
    for (const [by, ms] of period.waited) this.addWait(by, times * ms);
    const first = endsOnDay + this.skippedMs / DAY_MS;
    for (let day = first; day < Math.min(first + skippedDays, FORECAST_DAYS); day += 1)
      this.addToDay(day, this.perDay[day - period.days] ?? 0);
    this.skippedMs += skippedDays * DAY_MS;
  }

  /** No week is like another while a quota of new chats is used up: its cycles are of another length. */
  private get isUnderQuota(): boolean {
    return !!this.request.rules.quota && this.queues.some((q) => q.candidate.newContact && q.left > 0);
  }

  private addWait(by: Reason | null, ms: number): void {
    this.waited.set(by, (this.waited.get(by) ?? 0) + ms);
  }

  private addToDay(day: number, count: number): void {
    if (day >= FORECAST_DAYS) return;
    while (this.perDay.length <= day) this.perDay.push(0);
    this.perDay[day]! += count;
  }
}

/** The whole forecast at once; see `ForecastRun`. */
export function forecast(request: ForecastRequest): Forecast {
  return new ForecastRun(request).play(Infinity)!;
}

function queuesOf(counts: RecipientCounts, campaignId: string | null, isOwn: boolean): Queue[] {
  return [counts.known, counts.newContacts].map((total, isNew) => ({
    candidate: { rank: 2, newContact: isNew === 1, campaignId },
    left: total,
    total,
    isOwn,
  }));
}

function goesBefore(queue: Queue, turn: Turn<Reason>, other: Queue, otherTurn: Turn<Reason>): boolean {
  if (turn.at !== otherTurn.at) return turn.at < otherTurn.at;
  return queue.isOwn === other.isOwn && queue.left * other.total > other.left * queue.total;
}
