import { forecast, type Forecast, type SendingNumber } from '../../engine/domain/pacing/forecast/forecast';
import { PacingHistory, type HandOver } from '../../engine/domain/pacing/history';
import { Pacer, type PacingRules } from '../../engine/domain/pacing/pacer';
import { askAgainAt, type Quota } from '../../engine/domain/pacing/quota';
import { DEFAULT_PACING } from '../../engine/domain/pacing/settings';
import { seeded } from './pacing-world';

const DAY = 86_400_000;
export const START = Date.parse('2026-03-09T09:00:00+01:00');
const CAMPAIGN = 'campaign';
const SETTINGS = {
  ...DEFAULT_PACING,
  per_day: 200,
  quiet_hours: { start: '21:00', end: '08:00', timezone: 'Europe/Rome' },
};

/** A number before the campaign: how old it is, how many of the contacts it knows, and what WhatsApp allows it. */
const NUMBERS = [
  { name: 'linked today', linkedDaysAgo: 0, known: 1_400, limit: 60, endsInDays: 9 },
  { name: 'linked 10 days ago', linkedDaysAgo: 10, known: 2_000, limit: 150, endsInDays: 14 },
  { name: 'linked a year ago', linkedDaysAgo: 365, known: 2_600, limit: 400, endsInDays: 20 },
];
const STRANGERS = 830;
const CYCLE_MS = 30 * DAY;

/** WhatsApp's side of a quota. */
interface TrueQuota {
  limit: number;
  used: number;
  endsAt: number;
  /** The most that was ever used in one cycle. */
  most: number;
}

interface SentByNumber extends HandOver {
  /** Place of the contact in the audience. */
  contact: number;
}

interface PlayedNumber {
  name: string;
  rules: PacingRules;
  quota: TrueQuota;
  sent: SentByNumber[];
}

export interface PlayedTogether {
  numbers: PlayedNumber[];
  /** Made at the start, and again when the number was logged out. */
  forecasts: { at: number; forecast: Forecast }[];
  endedAt: number;
}

/** A number while the campaign runs. */
class SimulatedNumber {
  readonly sent: SentByNumber[] = [];
  readonly history = new PacingHistory();
  readonly own: number[] = [];
  readonly quota: TrueQuota;
  isOut = false;
  /** Until then it sends, or may send nothing. */
  busyUntil = START;
  private read: Quota;
  private paced: Pacer | null = null;

  constructor(
    readonly name: string,
    readonly linkedAt: number,
    limit: number,
    endsAt: number,
  ) {
    this.quota = { limit, used: 0, endsAt, most: 0 };
    this.read = this.ask(START);
  }

  rules(): PacingRules {
    const { linkedAt } = this;
    return { settings: SETTINGS, linkedAt, slowdown: null, campaigns: new Map(), speed: 1, quota: this.read };
  }

  pacer(now: number): Pacer {
    if (askAgainAt(this.read, this.history.newContacts, now) <= now) {
      this.read = this.ask(now);
      this.paced = null;
    }
    this.paced ??= new Pacer(this.rules(), this.history, this.name.length);
    return this.paced;
  }

  /** WhatsApp counts, and would refuse what is too much. */
  send(contact: number, newContact: boolean, at: number): void {
    if (newContact) {
      this.renew(at);
      if (this.quota.used >= this.quota.limit) throw new Error(`${this.name}: WhatsApp refused a new chat.`);
      this.quota.used += 1;
      this.quota.most = Math.max(this.quota.most, this.quota.used);
    }
    this.history.add({ newContact, campaignId: CAMPAIGN }, at);
    this.sent.push({ contact, newContact, campaignId: CAMPAIGN, at });
    this.busyUntil = at;
  }

  asNow(now: number): SendingNumber {
    return {
      rules: { ...this.rules(), quota: this.ask(now) },
      history: this.sent.filter(({ at }) => at > now - DAY),
      restrictedUntil: null,
      queuedBefore: [],
      contacts: { known: this.own.length, newContacts: 0 },
    };
  }

  private ask(now: number): Quota {
    this.renew(now);
    const { limit, used, endsAt: resetsAt } = this.quota;
    return { limit, used, state: 'ok', readAt: now, resetsAt, cycleMs: CYCLE_MS };
  }

  private renew(now: number): void {
    while (now >= this.quota.endsAt) {
      this.quota.endsAt += CYCLE_MS;
      this.quota.used = 0;
    }
  }
}

/**
 * A campaign over three numbers of different age, as their lanes send it: each what it knows, and of the rest what it gets
 * to first.
 * @param loggedOut the number that is logged out, and when: whom it had not written to is then new to the others
 */
export function playThreeNumbers(loggedOut?: { name: string; at: number }): PlayedTogether {
  const draw = seeded(20_260_309);
  const numbers = NUMBERS.map(
    ({ name, linkedDaysAgo, limit, endsInDays }) =>
      new SimulatedNumber(name, START - linkedDaysAgo * DAY, limit, START + endsInDays * DAY),
  );
  const shared = new Set<number>();
  const owners = shuffled(
    [
      ...NUMBERS.flatMap(({ known }, index) => Array<number>(known).fill(index)),
      ...Array<number>(STRANGERS).fill(-1),
    ],
    draw,
  );
  owners.forEach((owner, contact) =>
    owner === -1 ? shared.add(contact) : numbers[owner]!.own.push(contact),
  );
  const predict = (at: number): { at: number; forecast: Forecast } => {
    const [first, ...others] = numbers.filter(({ isOut }) => !isOut).map((number) => number.asNow(at));
    const plan = { campaignId: CAMPAIGN, now: at, sendAt: null, sendWindow: null, pacing: {} };
    return { at, forecast: forecast({ ...first!, others, shared: shared.size, ...plan }) };
  };
  const forecasts = [predict(START)];
  let logOutAt = loggedOut?.at ?? Infinity;
  let now = START;
  let endedAt = START;
  for (;;) {
    if (now >= logOutAt) {
      const out = numbers.find(({ name }) => name === loggedOut!.name)!;
      out.isOut = true;
      for (const contact of out.own.splice(0)) shared.add(contact);
      logOutAt = Infinity;
      for (const number of numbers) number.busyUntil = Math.min(number.busyUntil, now);
      forecasts.push(predict(now));
    }
    let next = logOutAt;
    for (const number of numbers) {
      if (number.isOut) continue;
      if (number.busyUntil > now) {
        next = Math.min(next, number.busyUntil);
        continue;
      }
      const pacer = number.pacer(now);
      const [own] = pacer.lowestRank(false, now) === 2 ? number.own : [];
      const [stranger] = pacer.lowestRank(true, now) === 2 ? shared : [];
      const contact = Math.min(own ?? Infinity, stranger ?? Infinity);
      if (contact < Infinity) {
        if (contact === own) number.own.shift();
        else shared.delete(contact);
        number.send(contact, contact !== own, now + Math.floor(draw() * 300));
        endedAt = Math.max(endedAt, number.busyUntil);
        next = Math.min(next, number.busyUntil);
      } else if (number.own.length + shared.size > 0) {
        number.busyUntil = pacer.nextChange(now);
        next = Math.min(next, number.busyUntil);
      }
    }
    if (next === Infinity) break;
    now = Math.max(next, now + 1);
  }
  const played = numbers.map((number) => ({
    name: number.name,
    rules: number.rules(),
    quota: number.quota,
    sent: number.sent,
  }));
  return { numbers: played, forecasts, endedAt };
}

function shuffled<T>(items: T[], draw: () => number): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(draw() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
