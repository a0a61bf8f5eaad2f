import { OpenHours } from './open-hours';
import { Pacer, type Candidate, type Hindrance, type PacingRules, type Turn } from './pacer';
import { PacingHistory, type Paced } from './pacing-history';
import { DAY_MS } from './pacing-limits';
import type { CampaignPacing } from './pacing-settings';
import type { SendWindow } from './send-window';

/** People to write to. */
export interface Crowd {
  /** Of chats in which something was written before. */
  known: number;
  newContacts: number;
}

export interface PastHandOver extends Paced {
  /** Epoch milliseconds. */
  at: number;
}

export interface ForecastRequest {
  rules: PacingRules;
  /** Hand-overs of the last 24 hours, in their order. */
  history: readonly PastHandOver[];
  /** Messages that wait before the campaign's. */
  ahead: Crowd;
  contacts: Crowd;
  /** Epoch milliseconds. */
  now: number;
  /** When it starts; null for now. */
  sendAt: number | null;
  sendWindow: SendWindow | null;
  pacing: CampaignPacing;
}

export interface Forecast {
  /** When the last message goes (epoch ms); null where the settings never let it. */
  completesAt: number | null;
  /** What most of the time is spent waiting for; null where nothing holds it up. */
  limitedBy: Hindrance | 'send_window' | 'send_at' | null;
  /** How many go in each 24 hours from now on. */
  perDay: number[];
}

/** The jitter of a forecast need not be that of the day, only as long on the average. */
const SEED = 1;
const OURS = 'the campaign of the forecast';

type Delay = Omit<Turn, 'by'> & { by: Forecast['limitedBy'] };

/** People of one kind who wait for a message. */
interface Group {
  candidate: Candidate;
  left: number;
  total: number;
  isOurs: boolean;
}

/**
 * When a campaign will end, and why not sooner: plays its messages, and those before it, through the pacer itself, one
 * by one. What comes meanwhile cannot be known: alerts and single messages take places of the day, so with many of
 * them it ends later.
 */
export function forecast(request: ForecastRequest): Forecast {
  const { now } = request;
  const campaigns = new Map([...request.rules.campaigns, [OURS, request.pacing]]);
  const history = new PacingHistory();
  for (const past of request.history) history.add(past, past.at);
  const pacer = new Pacer({ ...request.rules, campaigns }, history, SEED);
  const ownDelay = delaysOf(request);
  const groups = [...groupsOf(request.ahead, null), ...groupsOf(request.contacts, OURS)];

  const perDay: number[] = [];
  const waited = new Map<Forecast['limitedBy'], number>();
  let at = now;
  for (;;) {
    const next = nextOf(groups, ({ candidate, isOurs }) =>
      isOurs ? ownDelay(at, (from) => pacer.turnOf(candidate, from)) : pacer.turnOf(candidate, at),
    );
    if (!next) return { completesAt: at, limitedBy: longest(waited), perDay };
    const { group, delay } = next;
    if (delay.at === Infinity) return { completesAt: null, limitedBy: delay.by, perDay };
    waited.set(delay.by, (waited.get(delay.by) ?? 0) + delay.at - at);
    at = delay.at;
    history.add(group.candidate, at);
    group.left -= 1;
    if (group.isOurs) {
      const day = Math.floor((at - now) / DAY_MS);
      while (perDay.length <= day) perDay.push(0);
      perDay[day]! += 1;
    }
    if (groups.every(({ isOurs, left }) => !isOurs || left === 0))
      return { completesAt: at, limitedBy: longest(waited), perDay };
  }
}

function groupsOf({ known, newContacts }: Crowd, campaignId: string | null): Group[] {
  return [known, newContacts].map((total, newContact) => ({
    candidate: { rank: 2, newContact: newContact === 1, campaignId },
    left: total,
    total,
    isOurs: campaignId !== null,
  }));
}

/** Who goes first: whoever may first; of those, who stood before, and known and new ones as they are mixed. */
function nextOf(
  groups: readonly Group[],
  delayOf: (group: Group) => Delay,
): { group: Group; delay: Delay } | null {
  let first: { group: Group; delay: Delay } | null = null;
  for (const group of groups) {
    if (group.left === 0) continue;
    const delay = delayOf(group);
    const isFirst =
      !first ||
      delay.at < first.delay.at ||
      (delay.at === first.delay.at &&
        group.isOurs === first.group.isOurs &&
        group.left * first.group.total > first.group.left * group.total);
    if (isFirst) first = { group, delay };
  }
  return first;
}

/** The later of when the pacer lets the campaign's message go and when its own start and window do. */
function delaysOf({ sendAt, sendWindow }: ForecastRequest) {
  const hours = sendWindow && new OpenHours(sendWindow);
  return (from: number, turnFrom: (at: number) => Turn): Delay => {
    let delay: Delay =
      sendAt !== null && sendAt > from ? { at: sendAt, by: 'send_at' } : { at: from, by: null };
    for (;;) {
      const turn = turnFrom(delay.at);
      if (turn.at > delay.at) delay = turn;
      if (delay.at === Infinity || !hours) return delay;
      const opening = hours.next(delay.at);
      if (opening === delay.at) return delay;
      delay = { at: opening, by: 'send_window' };
    }
  };
}

function longest(waited: ReadonlyMap<Forecast['limitedBy'], number>): Forecast['limitedBy'] {
  const most = Math.max(0, ...waited.values());
  return [...waited].find(([by, ms]) => by !== null && ms > 0 && ms === most)?.[0] ?? null;
}
