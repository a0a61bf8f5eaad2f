import { setImmediate as nextTurn } from 'node:timers/promises';
import { ACTIVE_STATUSES } from '../domain/campaigns/campaign-status';
import { isLinked, newContactsBlockedUntil } from '../domain/link-state';
import { firstDueAt } from '../domain/messages/send-decision';
import {
  FORECAST_DAYS,
  ForecastRun,
  type Forecast,
  type ForecastRequest,
  type ForecastReason,
  type RecipientCounts,
  type SendingNumber,
} from '../domain/pacing/forecast/forecast';
import { describeWait } from '../domain/waiting/sentences';
import { REASON_OF_PACE, type WaitingFor, type WaitingReason } from '../domain/waiting/waiting-for';
import type { Wait } from '../domain/waiting/why-waiting';
import { GONE, SessionFactsReader } from '../waiting/session-facts';
import { DAY_MS } from '../domain/pacing/limits';
import { countedFrom } from '../domain/pacing/quota';
import type { CampaignPacing } from '../domain/pacing/settings';
import type { SendWindow } from '../domain/time/send-window';
import { pacingRules, readHandOvers, type PacingSpeeds } from '../pacing/pacing-rules';
import type { Sql } from '../store/sql/database';
import { findCampaign, type CampaignRow } from '../store/tables/campaigns';
import { findSession, type SessionRow } from '../store/tables/sessions';
import type { ShownForecast } from './campaign-schema';
import type { OwnerCounts } from '../store/tables/shared-messages';
import { RecipientCounter, sum, total, type Waiting } from './recipient-counts';

/** What decides how long a campaign takes. */
interface Plan {
  /** Null for a campaign that does not exist yet. */
  campaignId: string | null;
  /** Its contacts without a message. */
  contacts: RecipientCounts;
  /** Epoch milliseconds; null for now. */
  sendAt: number | null;
  sendWindow: SendWindow | null;
  pacing: CampaignPacing;
}

/** A message created while its campaign is counted would count twice, so the count is repeated, at most this often. */
const MOST_ATTEMPTS = 4;
/** Messages played before other requests get a turn; takes a few milliseconds. */
const PLAYED_AT_ONCE = 2_000;

/** Predicts when campaigns end, from their session's pacing, its last 24 hours, and what waits to be sent. */
export class Forecasts {
  private readonly counter: RecipientCounter;
  private readonly facts: SessionFactsReader;

  /** @param speeds null when pacing is off. */
  constructor(
    private readonly sql: Sql,
    private readonly speeds: PacingSpeeds,
  ) {
    this.counter = new RecipientCounter(sql);
    this.facts = new SessionFactsReader(speeds);
  }

  /** For a campaign created now, for all contacts of an audience. @param now epoch milliseconds */
  async ofPlan(
    sessions: readonly [SessionRow, ...SessionRow[]],
    audienceId: string,
    plan: Omit<Plan, 'campaignId' | 'contacts'>,
    now: number,
  ): Promise<ShownForecast> {
    const [session] = sessions;
    const range = { audienceId, after: null, through: null };
    if (sessions.length > 1) {
      const ids = sessions.map(({ id }) => id);
      const people = await this.counter.countRangeOfSeveral(ids, range);
      return this.ofSeveral(sessions, people, { ...plan, campaignId: null, contacts: NOBODY }, now);
    }
    const contacts = await this.counter.countRange({ ...range, sessionId: session.id });
    return this.forecast(session, { ...plan, campaignId: null, contacts }, now);
  }

  /**
   * For the rest of a campaign. For a paused one, as if it were resumed now.
   * @param now epoch milliseconds
   * @returns null if it has ended, or its session was removed.
   */
  async ofCampaign(
    campaign: CampaignRow,
    now: number,
    attempts = MOST_ATTEMPTS,
  ): Promise<ShownForecast | null> {
    if (!ACTIVE_STATUSES.includes(campaign.status)) return null;
    const plan: Omit<Plan, 'contacts'> = {
      campaignId: campaign.id,
      sendAt: campaign.started_at ? null : (campaign.send_at?.getTime() ?? null),
      sendWindow: campaign.send_window,
      pacing: campaign.pacing ?? {},
    };
    if (campaign.session_ids) return this.ofShared(campaign, campaign.session_ids, plan, now);
    const session = await findSession(this.sql, campaign.mode, campaign.session_id);
    if (!session) return null;
    const contacts = await this.counter.withoutMessage(campaign, now);
    const forecast = await this.forecast(session, { ...plan, contacts }, now);
    const later = await findCampaign(this.sql, campaign.mode, campaign.id);
    const isUnchanged = later?.expanded_through === campaign.expanded_through;
    return !later || isUnchanged || attempts <= 1 ? forecast : this.ofCampaign(later, now, attempts - 1);
  }

  private async forecast(session: SessionRow, plan: Plan, now: number): Promise<ShownForecast> {
    const startsAt = Math.max(plan.sendAt ?? now, now);
    const waiting = await this.counter.waiting(session.id, plan.campaignId, plan.contacts, startsAt, now);
    const contacts = sum(waiting.own, plan.contacts);
    const { before } = waiting;
    const forecast = this.speeds
      ? await this.play({
          ...{ ...plan, now },
          ...(await this.numberOf(session, waiting, this.speeds[session.mode], now)),
          contacts,
        })
      : unpaced(plan, total(contacts), now);
    return this.shown(session, plan, forecast, contacts, total(sum(...before)), now);
  }

  private async ofShared(
    campaign: CampaignRow,
    sessionIds: readonly string[],
    plan: Omit<Plan, 'contacts'>,
    now: number,
  ): Promise<ShownForecast | null> {
    const found = await Promise.all(sessionIds.map((id) => findSession(this.sql, campaign.mode, id)));
    const existing = found.filter((session) => session !== undefined);
    const linked = existing.filter((session) => isLinked(session) && session.state !== 'logged_out');
    // As if one were linked again.
    const sessions = linked.length > 0 ? linked : existing;
    if (sessions.length === 0) return null;
    const ids = sessions.map(({ id }) => id);
    const people = await this.counter.leftOfSeveral(campaign, ids, now);
    return this.ofSeveral(sessions, people, { ...plan, contacts: NOBODY }, now);
  }

  /** @param people whom the campaign still has to reach, by the number that knows them */
  private async ofSeveral(
    sessions: readonly SessionRow[],
    people: OwnerCounts,
    plan: Plan,
    now: number,
  ): Promise<ShownForecast> {
    const { speeds } = this;
    const startsAt = Math.max(plan.sendAt ?? now, now);
    const everybody = [...people.values()].reduce((all, n) => all + n, 0);
    const numbers: SendingNumber[] = [];
    for (const session of sessions) {
      const part = { known: Math.ceil(everybody / sessions.length), newContacts: 0 };
      const waiting = await this.counter.waiting(session.id, plan.campaignId, part, startsAt, now);
      const known = people.get(session.id) ?? 0;
      const number = await this.numberOf(session, waiting, speeds?.[session.mode] ?? 1, now);
      numbers.push({ ...number, contacts: { known, newContacts: 0 } });
    }
    const [first, ...others] = numbers;
    const known = numbers.reduce((all, { contacts }) => all + contacts.known, 0);
    const shared = everybody - known;
    const forecast = speeds
      ? await this.play({ ...plan, now, ...first!, others, shared })
      : unpaced(plan, everybody, now);
    const ahead = numbers.flatMap(({ queuedBefore }) => queuedBefore);
    const contacts = { known, newContacts: shared };
    return this.shown(sessions[0]!, plan, forecast, contacts, total(sum(...ahead)), now);
  }

  private async numberOf(
    session: SessionRow,
    { before, pacings }: Waiting,
    speed: number,
    now: number,
  ): Promise<Omit<SendingNumber, 'contacts'>> {
    const rules = pacingRules(session, speed, pacings);
    const from = rules.quota ? countedFrom(rules.quota, now) : now;
    return {
      rules,
      history: await readHandOvers(this.sql, session.id, now, speed, from),
      restrictedUntil: newContactsBlockedUntil(session),
      queuedBefore: before,
    };
  }

  /** @param session whose words say what the first message waits for */
  private async shown(
    session: SessionRow,
    { sendWindow }: Pick<Plan, 'sendWindow'>,
    { completesAt, limitedBy, perDay, first }: Forecast,
    contacts: RecipientCounts,
    ahead: number,
    now: number,
  ): Promise<ShownForecast> {
    return {
      completes_at: completesAt === null ? null : new Date(completesAt).toISOString(),
      limited_by: limitedBy,
      per_day: perDay,
      contact_count: total(contacts),
      new_contact_count: contacts.newContacts,
      ahead_count: ahead,
      waiting_for: await this.firstWait(session, sendWindow, first, now),
    };
  }

  /** What the first message will have waited for, as the API says it. */
  private async firstWait(
    session: SessionRow,
    sendWindow: SendWindow | null,
    first: Forecast['first'],
    now: number,
  ): Promise<WaitingFor | null> {
    const wait = waitOf(first, now);
    if (!wait) return null;
    const facts = (await this.facts.read(this.sql, [session.id], now)).get(session.id) ?? GONE;
    return describeWait(wait, { sendWindow, expiresAt: null, isCampaign: true }, facts.words, now);
  }

  private async play(request: ForecastRequest): Promise<Forecast> {
    const run = new ForecastRun(request);
    for (;;) {
      const forecast = run.play(PLAYED_AT_ONCE);
      if (forecast) return forecast;
      await nextTurn();
    }
  }
}

const NOBODY: RecipientCounts = { known: 0, newContacts: 0 };

/** The words of forecasts as reasons. */
const REASON_OF: Readonly<Record<ForecastReason, WaitingReason>> = {
  ...REASON_OF_PACE,
  restriction: 'restricted',
  send_window: 'send_window',
  send_at: 'send_at',
};

function waitOf({ at, by, isBehind }: Forecast['first'], now: number): Wait | null {
  if (at <= now) return null;
  const reason =
    isBehind && (by === null || by === 'min_gap') ? 'earlier_message' : REASON_OF[by ?? 'min_gap'];
  return { reason, until: at === Infinity ? null : at, isBehind };
}

/** With pacing off, everything goes as soon as it is due. */
function unpaced({ sendAt, sendWindow }: Plan, count: number, now: number): Forecast {
  const completesAt = firstDueAt({ sendAt, sendWindow, expiresAt: null }, now);
  const startsAt = Math.max(sendAt ?? now, now);
  const limitedBy = completesAt > startsAt ? 'send_window' : startsAt > now ? 'send_at' : null;
  const day = Math.floor((completesAt - now) / DAY_MS);
  const perDay = [...new Array<number>(day).fill(0), count].slice(0, FORECAST_DAYS);
  return { completesAt, limitedBy, perDay, first: { at: completesAt, by: limitedBy, isBehind: false } };
}
