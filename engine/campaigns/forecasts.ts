import { setImmediate as nextTurn } from 'node:timers/promises';
import { ACTIVE_STATUSES } from '../domain/campaigns/campaign-status';
import { firstDueAt } from '../domain/messages/send-decision';
import {
  FORECAST_DAYS,
  ForecastRun,
  type Forecast,
  type RecipientCounts,
} from '../domain/pacing/forecast/forecast';
import { DAY_MS } from '../domain/pacing/limits';
import type { CampaignPacing } from '../domain/pacing/settings';
import type { SendWindow } from '../domain/time/send-window';
import { pacingRules, readHandOvers, type PacingSpeeds } from '../pacing/pacing-rules';
import type { Sql } from '../store/sql/database';
import { findCampaign, type CampaignRow } from '../store/tables/campaigns';
import { findSession, type SessionRow } from '../store/tables/sessions';
import type { ShownForecast } from './campaign-schema';
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

  /** @param speeds null when pacing is off. */
  constructor(
    private readonly sql: Sql,
    private readonly speeds: PacingSpeeds,
  ) {
    this.counter = new RecipientCounter(sql);
  }

  /** For a campaign created now, for all contacts of an audience. @param now epoch milliseconds */
  async ofPlan(
    session: SessionRow,
    audienceId: string,
    plan: Omit<Plan, 'campaignId' | 'contacts'>,
    now: number,
  ): Promise<ShownForecast> {
    const range = { sessionId: session.id, audienceId, after: null, through: null };
    const contacts = await this.counter.countRange(range);
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
    const session = await findSession(this.sql, campaign.mode, campaign.session_id);
    if (!session) return null;
    const plan: Plan = {
      campaignId: campaign.id,
      contacts: await this.counter.withoutMessage(campaign, now),
      sendAt: campaign.started_at ? null : (campaign.send_at?.getTime() ?? null),
      sendWindow: campaign.send_window,
      pacing: campaign.pacing ?? {},
    };
    const forecast = await this.forecast(session, plan, now);
    const later = await findCampaign(this.sql, campaign.mode, campaign.id);
    const isUnchanged = later?.expanded_through === campaign.expanded_through;
    return !later || isUnchanged || attempts <= 1 ? forecast : this.ofCampaign(later, now, attempts - 1);
  }

  private async forecast(session: SessionRow, plan: Plan, now: number): Promise<ShownForecast> {
    const startsAt = Math.max(plan.sendAt ?? now, now);
    const waiting = await this.counter.waiting(session.id, plan.campaignId, plan.contacts, startsAt, now);
    const contacts = sum(waiting.own, plan.contacts);
    const { completesAt, limitedBy, perDay } = this.speeds
      ? await this.play(session, { ...plan, contacts }, waiting, now, this.speeds[session.mode])
      : unpaced(plan, total(contacts), now);
    return {
      completes_at: completesAt === null ? null : new Date(completesAt).toISOString(),
      limited_by: limitedBy,
      per_day: perDay,
      contact_count: total(contacts),
      new_contact_count: contacts.newContacts,
      ahead_count: total(sum(...waiting.before)),
    };
  }

  private async play(
    session: SessionRow,
    plan: Plan,
    { before, pacings }: Waiting,
    now: number,
    speed: number,
  ): Promise<Forecast> {
    const run = new ForecastRun({
      ...plan,
      rules: pacingRules(session, speed, pacings),
      history: await readHandOvers(this.sql, session.id, now, speed),
      restrictedUntil:
        session.state === 'restricted' ? (session.restricted_until?.getTime() ?? Infinity) : null,
      queuedBefore: before,
      now,
    });
    for (;;) {
      const forecast = run.play(PLAYED_AT_ONCE);
      if (forecast) return forecast;
      await nextTurn();
    }
  }
}

/** With pacing off, everything goes as soon as it is due. */
function unpaced({ sendAt, sendWindow }: Plan, count: number, now: number): Forecast {
  const completesAt = firstDueAt({ sendAt, sendWindow, expiresAt: null }, now);
  const startsAt = Math.max(sendAt ?? now, now);
  const limitedBy = completesAt > startsAt ? 'send_window' : startsAt > now ? 'send_at' : null;
  const day = Math.floor((completesAt - now) / DAY_MS);
  const perDay = [...new Array<number>(day).fill(0), count].slice(0, FORECAST_DAYS);
  return { completesAt, limitedBy, perDay };
}
