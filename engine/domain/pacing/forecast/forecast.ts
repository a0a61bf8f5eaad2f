import { OpenHours } from '../../time/open-hours';
import type { SendWindow } from '../../time/send-window';
import { earliestTurn, notBefore } from '../earliest-turn';
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

/** A number that sends a campaign, alone or with others. */
export interface SendingNumber {
  rules: PacingRules;
  /** What was handed over in the last 24 hours, oldest first. */
  history: readonly HandOver[];
  /** WhatsApp blocks messages to new contacts until then (epoch ms; Infinity: end unknown); null for no restriction. */
  restrictedUntil: number | null;
  queuedBefore: readonly QueuedBefore[];
  /** Those whom only this number writes to. */
  contacts: RecipientCounts;
}

export interface ForecastRequest extends SendingNumber {
  /** The other numbers of the campaign. */
  others?: readonly SendingNumber[];
  /** People who are new to all of its numbers: each is written to by the number that gets to it first. */
  shared?: number;
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
export type ForecastReason = (typeof FORECAST_REASONS)[number];
type Reason = ForecastReason;

export interface Forecast {
  /** When the last message goes (epoch ms); null if the settings never allow it. */
  completesAt: number | null;
  /** What most of the time is spent waiting for; null if nothing holds it up. */
  limitedBy: Reason | null;
  /** How many messages go in each 24 hours from now, for the first `FORECAST_DAYS`. */
  perDay: number[];
  /** When its first message goes (epoch ms; Infinity: never), what that waits for longest, and whether others go before. */
  first: Turn<Reason> & { isBehind: boolean };
}

/** One of the numbers of the campaign while it is played. */
interface PlayingNumber {
  restrictedUntil: number | null;
  history: PacingHistory;
  pacer: Pacer;
}

/** Messages that the pacer treats the same: those of one campaign to known people, or to new contacts. */
interface Queue {
  /** The numbers that may send them. */
  numbers: readonly PlayingNumber[];
  candidate: Candidate;
  left: number;
  total: number;
  isOwn: boolean;
}

/** The queue that goes next, and the number that sends. */
interface Next {
  index: number;
  number: PlayingNumber;
  turn: Turn<Reason>;
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
  private readonly numbers: readonly PlayingNumber[];
  private readonly openHours: OpenHours | null;
  private readonly weeks: RepeatedWeeks<Reason | null>;
  private readonly waited = new Map<Reason | null, number>();
  private readonly perDay: number[] = [];
  /** No week before this is skipped: the campaign may not have started, or new contacts may still be blocked. */
  private readonly steadyFrom: number;
  /** The virtual clock. It leaves out the time that was skipped. */
  private time: number;
  private skippedMs = 0;
  private othersBefore = 0;
  private first: Forecast['first'] | null = null;

  constructor(private readonly request: ForecastRequest) {
    const { now, sendAt, sendWindow } = request;
    const campaignId = request.campaignId ?? NEW_CAMPAIGN;
    const all = [request, ...(request.others ?? [])];
    this.numbers = all.map((number) => playing(number, campaignId, request.pacing));
    this.openHours = sendWindow && new OpenHours(sendWindow);
    const queues = all.map((number, index): [Queue[], Queue[]] => {
      const numbers = [this.numbers[index]!];
      const before = number.queuedBefore.flatMap((counts) =>
        queuesOf(counts, counts.campaignId, numbers, false),
      );
      return [before, queuesOf(number.contacts, campaignId, numbers, true)];
    });
    const shared = queuesOf({ known: 0, newContacts: request.shared ?? 0 }, campaignId, this.numbers, true);
    this.queues = [...queues.flatMap(([before]) => before), ...queues.flatMap(([, own]) => own), ...shared];
    this.weeks = new RepeatedWeeks(now, this.queues.length);
    const restrictions = all.map(({ restrictedUntil }) => restrictedUntil ?? now);
    this.steadyFrom = Math.max(sendAt ?? now, ...restrictions.filter((until) => until < Infinity));
    this.time = now;
  }

  /** Plays up to `most` messages. @returns the forecast once it is complete, else null: call again. */
  play(most: number): Forecast | null {
    for (let played = 0; played < most; played += 1) {
      if (this.queues.every(({ isOwn, left }) => !isOwn || left === 0)) return this.endsAt(this.time);
      const { index, number, turn } = this.next();
      if (turn.at === Infinity) return this.never(turn.by);
      this.skipRepeatedWeeks(turn.at);
      this.send(index, number, turn);
    }
    return null;
  }

  private endsAt(time: number): Forecast {
    const first = this.first ?? { at: time, by: null, isBehind: false };
    return {
      completesAt: time + this.skippedMs,
      limitedBy: this.longestWait(),
      perDay: this.perDay,
      first,
    };
  }

  private longestWait(): Reason | null {
    const longest = [...this.waited].sort(([, a], [, b]) => b - a).find(([by, ms]) => by !== null && ms > 0);
    return longest?.[0] ?? null;
  }

  private never(limitedBy: Reason | null): Forecast {
    const first = this.first ?? { at: Infinity, by: limitedBy, isBehind: this.othersBefore > 0 };
    return { completesAt: null, limitedBy, perDay: this.perDay, first };
  }

  /** The queue that may send first. Ties go to the earlier queue, but known and new recipients are mixed evenly. */
  private next(): Next {
    let first: Next | null = null;
    for (const [index, queue] of this.queues.entries()) {
      if (queue.left === 0) continue;
      for (const number of queue.numbers) {
        const turn = this.turnOf(queue, number);
        if (!first || goesBefore(queue, turn, this.queues[first.index]!, first.turn))
          first = { index, number, turn };
      }
    }
    return first!;
  }

  /** When a number may send of a queue: the latest of the pacer's turn, the restriction, and the campaign's start and window. */
  private turnOf({ candidate, isOwn }: Queue, { pacer, restrictedUntil }: PlayingNumber): Turn<Reason> {
    const { sendAt } = this.request;
    const { openHours } = this;
    return earliestTurn<Reason>(this.time, [
      ...notBefore<Reason>(isOwn ? sendAt : null, 'send_at'),
      ...notBefore<Reason>(candidate.newContact ? restrictedUntil : null, 'restriction'),
      (at) => pacer.turnOf(candidate, at),
      ...(isOwn && openHours
        ? [(at: number) => ({ at: openHours.next(at), by: 'send_window' as const })]
        : []),
    ]);
  }

  private send(index: number, number: PlayingNumber, { at, by }: Turn<Reason>): void {
    const queue = this.queues[index]!;
    this.addWait(by, at - this.time);
    this.weeks.add(index, by, at - this.time);
    this.time = at;
    number.history.add(queue.candidate, at);
    // The campaign's own caps count what all of its numbers send.
    if (queue.isOwn)
      for (const other of this.numbers)
        if (other !== number) other.history.addElsewhere(queue.candidate.campaignId!, at);
    queue.left -= 1;
    if (!queue.isOwn) this.othersBefore += 1;
    else this.first ??= { at: at + this.skippedMs, by: this.longestWait(), isBehind: this.othersBefore > 0 };
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
    const hasQuota = [this.request, ...(this.request.others ?? [])].some(({ rules }) => rules.quota);
    return hasQuota && this.queues.some(({ candidate, left }) => candidate.newContact && left > 0);
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

function playing(
  { rules, history: handOvers, restrictedUntil }: SendingNumber,
  campaignId: string,
  pacing: CampaignPacing,
): PlayingNumber {
  const history = new PacingHistory();
  for (const handOver of handOvers) history.add(handOver, handOver.at);
  const campaigns = new Map([...rules.campaigns, [campaignId, pacing]]);
  const pacer = new Pacer({ ...rules, campaigns, quotaRenews: true }, history, SEED);
  return { restrictedUntil, history, pacer };
}

function queuesOf(
  counts: RecipientCounts,
  campaignId: string | null,
  numbers: readonly PlayingNumber[],
  isOwn: boolean,
): Queue[] {
  return [counts.known, counts.newContacts].map((total, isNew) => ({
    numbers,
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
