import { AlikeWeeks } from './repeated-weeks';
import type { Ahead, Crowd, Forecast, ForecastRequest } from './terms';
import { OpenHours } from '../../time/open-hours';
import { Pacer, type Candidate, type Turn } from '../pacer';
import { PacingHistory } from '../history';
import { DAY_MS } from '../limits';

type Reason = Forecast['limitedBy'];
type Delay = Omit<Turn, 'by'> & { by: Reason };

/** People of one kind who wait for a message. */
interface Group {
  candidate: Candidate;
  left: number;
  total: number;
  isOurs: boolean;
}

/** For so many days a forecast says how many messages go in each. */
export const DAYS_TOLD = 60;
/** The jitter of a forecast need not be that of the day, only as long on the average. */
const SEED = 1;
const OURS = 'the campaign of the forecast';

/**
 * One forecast on its way: plays message after message, and leaves out weeks that are like the one before, so that even
 * a campaign of years is played in some thousands of them. After such a leap a change to daylight saving time is not
 * seen any more, and the end may be an hour off.
 */
export class ForecastRun {
  private readonly groups: Group[];
  private readonly history = new PacingHistory();
  private readonly pacer: Pacer;
  private readonly hours: OpenHours | null;
  private readonly weeks: AlikeWeeks<Reason>;
  private readonly waited = new Map<Reason, number>();
  private readonly perDay: number[] = [];
  /** By then everybody who will go may go. */
  private readonly changesUntil: number;
  private at: number;
  /** How long the weeks were that were left out. */
  private leaptMs = 0;

  constructor(private readonly request: ForecastRequest) {
    const { rules, now, contacts, sendAt, sendWindow, restrictedUntil, pacing } = request;
    const campaignId = request.campaignId ?? OURS;
    for (const past of request.history) this.history.add(past, past.at);
    const campaigns = new Map([...rules.campaigns, [campaignId, pacing]]);
    this.pacer = new Pacer({ ...rules, campaigns }, this.history, SEED);
    this.hours = sendWindow && new OpenHours(sendWindow);
    this.groups = [
      ...request.ahead.flatMap((ahead) => groupsOf(ahead, ahead.campaignId, false)),
      ...groupsOf(contacts, campaignId, true),
    ];
    this.weeks = new AlikeWeeks(now, this.groups.length);
    const freedAt = restrictedUntil === Infinity ? null : restrictedUntil;
    this.changesUntil = Math.max(sendAt ?? now, freedAt ?? now);
    this.at = now;
  }

  /** Plays up to `most` messages. @returns the forecast where that was the end. */
  play(most: number): Forecast | null {
    for (let played = 0; played < most; played += 1) {
      if (this.groups.every(({ isOurs, left }) => !isOurs || left === 0)) return this.endsAt(this.at, null);
      const { index, delay } = this.next();
      if (delay.at === Infinity) return this.endsAt(null, delay.by);
      this.goOnTo(delay.at);
      this.send(index, delay);
    }
    return null;
  }

  private endsAt(at: number | null, by: Reason): Forecast {
    const limitedBy = at === null ? by : longest(this.waited);
    return { completesAt: at && at + this.leaptMs, limitedBy, perDay: this.perDay };
  }

  /** Who goes first: whoever may first; of those, who stood before, and known and new ones as they are mixed. */
  private next(): { index: number; delay: Delay } {
    let first: { index: number; delay: Delay } | null = null;
    for (const [index, group] of this.groups.entries()) {
      if (group.left === 0) continue;
      const delay = this.delayOf(group);
      if (!first || goesBefore(group, delay, this.groups[first.index]!, first.delay))
        first = { index, delay };
    }
    return first!;
  }

  /** The latest of when the pacer lets a message go, when WhatsApp does, and when its campaign's start and window do. */
  private delayOf({ candidate, isOurs }: Group): Delay {
    const { sendAt, restrictedUntil } = this.request;
    let delay: Delay = { at: this.at, by: null };
    const until = (at: number, by: Reason): void => {
      if (at > delay.at) delay = { at, by };
    };
    if (isOurs && sendAt !== null) until(sendAt, 'send_at');
    if (candidate.newContact && restrictedUntil !== null) until(restrictedUntil, 'restriction');
    while (delay.at < Infinity) {
      const turn = this.pacer.turnOf(candidate, delay.at);
      until(turn.at, turn.by);
      const opening = isOurs && this.hours && delay.at < Infinity ? this.hours.next(delay.at) : delay.at;
      if (opening === delay.at) break;
      until(opening, 'send_window');
    }
    return delay;
  }

  private send(index: number, { at, by }: Delay): void {
    const group = this.groups[index]!;
    this.wait(by, at - this.at);
    this.weeks.add(index, by, at - this.at);
    this.at = at;
    this.history.add(group.candidate, at);
    group.left -= 1;
    if (group.isOurs) this.tell(Math.floor((at + this.leaptMs - this.request.now) / DAY_MS), 1);
  }

  /** Leaves out what would be played just like the week that has ended. */
  private goOnTo(at: number): void {
    const leap = this.weeks.passTo(at, () => this.groups.map(({ left }) => left));
    if (!leap || at < this.changesUntil) return;
    const { times, span, days, endsOnDay } = leap;
    this.groups.forEach((group, index) => (group.left -= times * span.counts[index]!));
    for (const [by, ms] of span.waited) this.wait(by, times * ms);
    const first = endsOnDay + this.leaptMs / DAY_MS;
    for (let day = first; day < Math.min(first + times * days, DAYS_TOLD); day += 1)
      this.tell(day, this.perDay[day - days] ?? 0);
    this.leaptMs += times * days * DAY_MS;
  }

  private wait(by: Reason, ms: number): void {
    this.waited.set(by, (this.waited.get(by) ?? 0) + ms);
  }

  private tell(day: number, count: number): void {
    if (day >= DAYS_TOLD) return;
    while (this.perDay.length <= day) this.perDay.push(0);
    this.perDay[day]! += count;
  }
}

/**
 * When a campaign will end, and why not sooner: plays its messages, and those before it, through the pacer itself. What
 * comes meanwhile cannot be known: alerts and single messages take places of the day, so with many of them it ends
 * later.
 */
export function forecast(request: ForecastRequest): Forecast {
  return new ForecastRun(request).play(Infinity)!;
}

function groupsOf(
  { known, newContacts }: Crowd | Ahead,
  campaignId: string | null,
  isOurs: boolean,
): Group[] {
  return [known, newContacts].map((total, isNew) => ({
    candidate: { rank: 2, newContact: isNew === 1, campaignId },
    left: total,
    total,
    isOurs,
  }));
}

function goesBefore(group: Group, delay: Delay, other: Group, othersDelay: Delay): boolean {
  if (delay.at !== othersDelay.at) return delay.at < othersDelay.at;
  return group.isOurs === other.isOurs && group.left * other.total > other.left * group.total;
}

function longest(waited: ReadonlyMap<Reason, number>): Reason {
  const most = Math.max(0, ...waited.values());
  return [...waited].find(([by, ms]) => by !== null && ms > 0 && ms === most)?.[0] ?? null;
}
