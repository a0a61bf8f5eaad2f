import { ACTIVE_STATUSES } from '../../domain/campaigns/campaign-status';
import type { Crowd, Forecast } from '../../domain/pacing/forecast/terms';
import { DAYS_TOLD, ForecastRun } from '../../domain/pacing/forecast/forecast';
import { DAY_MS } from '../../domain/pacing/limits';
import type { CampaignPacing } from '../../domain/pacing/settings';
import { firstDueAt } from '../../domain/messages/send-decision';
import type { SendWindow } from '../../domain/time/send-window';
import { listPastHandOvers } from '../../pacing/past-hand-overs';
import { pacingRules, type PacingSpeeds } from '../../pacing/pacing-rules';
import { findCampaign, type CampaignRow } from '../../store/tables/campaigns';
import type { Sql } from '../../store/sql/database';
import { findSession, type SessionRow } from '../../store/tables/sessions';
import { Crowds, sizeOf, together } from './audience-sizes';
import type { ShownForecast } from './forecast-schema';
import { whatIsAhead, type Waiting } from './messages-ahead';

/** A campaign to be sent, as far as it decides how long that takes. */
interface Plan {
  /** Null for one that is still to be made. */
  campaignId: string | null;
  /** People whose messages are not made. */
  contacts: Crowd;
  /** Epoch milliseconds; null for now. */
  sendAt: number | null;
  sendWindow: SendWindow | null;
  pacing: CampaignPacing;
}

/** Messages that are made while a campaign is counted would count twice: so it is looked at again, a few times. */
const MOST_LOOKS = 4;
/** Messages played before others get their turn: some milliseconds. */
const PLAYED_AT_ONCE = 2_000;

/** Says when campaigns will end, from their session's pacing, its last 24 hours, and what waits before them. */
export class Forecasts {
  private readonly crowds: Crowds;

  /** @param speeds null where nothing is paced. */
  constructor(
    private readonly sql: Sql,
    private readonly speeds: PacingSpeeds,
  ) {
    this.crowds = new Crowds(sql);
  }

  /** For a campaign that would be made now for all contacts of an audience. @param now epoch milliseconds */
  async ofPlan(
    session: SessionRow,
    audienceId: string,
    plan: Omit<Plan, 'campaignId' | 'contacts'>,
    now: number,
  ): Promise<ShownForecast> {
    const stretch = { sessionId: session.id, audienceId, after: null, through: null };
    const contacts = await this.crowds.count(stretch);
    return this.forecast(session, { ...plan, campaignId: null, contacts }, now);
  }

  /**
   * For what is left of a campaign; of a paused one, as if it went on now.
   * @param now epoch milliseconds
   * @returns null where it has ended, or its session was removed.
   */
  async ofCampaign(campaign: CampaignRow, now: number, looks = MOST_LOOKS): Promise<ShownForecast | null> {
    if (!ACTIVE_STATUSES.includes(campaign.status)) return null;
    const session = await findSession(this.sql, campaign.mode, campaign.session_id);
    if (!session) return null;
    const plan: Plan = {
      campaignId: campaign.id,
      contacts: await this.crowds.unmade(campaign, now),
      sendAt: campaign.started_at ? null : (campaign.send_at?.getTime() ?? null),
      sendWindow: campaign.send_window,
      pacing: campaign.pacing ?? {},
    };
    const forecast = await this.forecast(session, plan, now);
    const later = await findCampaign(this.sql, campaign.mode, campaign.id);
    const isStill = later?.expanded_through === campaign.expanded_through;
    return !later || isStill || looks <= 1 ? forecast : this.ofCampaign(later, now, looks - 1);
  }

  private async forecast(session: SessionRow, plan: Plan, now: number): Promise<ShownForecast> {
    const { sql, crowds } = this;
    const { campaignId, sendAt } = plan;
    const startsAt = Math.max(sendAt ?? now, now);
    const waiting = await whatIsAhead(sql, crowds, session.id, campaignId, plan.contacts, startsAt, now);
    const contacts = together(waiting.ours, plan.contacts);
    const { completesAt, limitedBy, perDay } = this.speeds
      ? await this.play(session, { ...plan, contacts }, waiting, now, this.speeds[session.mode])
      : atOnce(plan, sizeOf(contacts), now);
    return {
      completes_at: completesAt === null ? null : new Date(completesAt).toISOString(),
      limited_by: limitedBy,
      per_day: perDay,
      contact_count: sizeOf(contacts),
      new_contact_count: contacts.newContacts,
      ahead_count: sizeOf(together(...waiting.ahead)),
    };
  }

  private async play(
    session: SessionRow,
    plan: Plan,
    { ahead, pacings }: Waiting,
    now: number,
    speed: number,
  ): Promise<Forecast> {
    const run = new ForecastRun({
      ...plan,
      rules: pacingRules(session, speed, pacings),
      history: await listPastHandOvers(this.sql, session.id, now, speed),
      restrictedUntil:
        session.state === 'restricted' ? (session.restricted_until?.getTime() ?? Infinity) : null,
      ahead,
      now,
    });
    for (;;) {
      const done = run.play(PLAYED_AT_ONCE);
      if (done) return done;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

/** Without pacing everything goes as soon as it is due. */
function atOnce({ sendAt, sendWindow }: Plan, count: number, now: number): Forecast {
  const completesAt = firstDueAt({ sendAt, sendWindow, expiresAt: null }, now);
  const startsAt = Math.max(sendAt ?? now, now);
  const limitedBy = completesAt > startsAt ? 'send_window' : startsAt > now ? 'send_at' : null;
  const day = Math.floor((completesAt - now) / DAY_MS);
  const perDay = [...new Array<number>(day).fill(0), count].slice(0, DAYS_TOLD);
  return { completesAt, limitedBy, perDay };
}
