import { mostCharacters, namesNeeded, readCampaignTemplate } from '../domain/campaigns/campaign-content';
import { variantsFault } from '../domain/campaigns/variants';
import { statusWhenActive } from '../domain/campaigns/campaign-status';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { renderedLength } from '../domain/templates/template';
import { Faults, invalidRequest, type EngineError, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import { checkMediaUrl } from '../media/media-url';
import { readTimes } from '../domain/time/read-times';
import { readSenders, senderChooser } from '../sessions/senders';
import { type AudienceRow, findAudience, lockAudience } from '../store/tables/audiences';
import { NO_MESSAGES } from '../store/tables/campaign-messages';
import { type CampaignRow, insertCampaign } from '../store/tables/campaigns';
import { lastContactId } from '../store/tables/contacts';
import type { Sql } from '../store/sql/database';
import type { SessionRow } from '../store/tables/sessions';
import type { CreateCampaign, ShownForecast } from './campaign-schema';
import { CAMPAIGNS_LANE } from './campaigns';
import { checkAudience, refuseFaulty, UNKNOWN_AUDIENCE, type AudienceCheck } from './check-audience';
import { templateOf, withVariant, type Content } from './contact-content';
import type { Forecasts } from './forecasts';
import { presentCampaign, tellOfCampaigns, type ForeseenCampaign } from './present-campaign';

interface CreateOptions {
  allowPrivateMedia: boolean;
}

/** A campaign that passed every check. */
export interface PreparedCampaign {
  /** Of each of its texts. */
  checks: AudienceCheck[];
  forecast: ShownForecast;
}

/**
 * Checks everything about a campaign before it is created, and forecasts its end. Runs outside of a transaction, because
 * checking the audience can take seconds.
 * @throws EngineError `invalid_request` with every fault, or example contacts; `not_found` for the audience; or what
 *   choosing the sender throws
 */
export async function prepareCampaign(
  sql: Sql,
  mode: Mode,
  input: CreateCampaign,
  now: Date,
  forecasts: Forecasts,
  options: CreateOptions,
): Promise<PreparedCampaign> {
  const { sendAt, sessions, audience } = await readCampaign(sql, mode, input, now, options);
  const checks = await checkTexts(sql, audience.id, input, sessions[0]);
  const plan = {
    sendAt: sendAt?.getTime() ?? null,
    sendWindow: input.send_window ?? null,
    pacing: input.pacing ?? {},
  };
  return { checks, forecast: await forecasts.ofPlan(sessions, audience.id, plan, now.getTime()) };
}

/**
 * Creates a campaign. This is one row for any number of contacts: their messages are created later.
 * @param prepared the result of `prepareCampaign`; only contacts added since are checked now. Undefined if the request
 *   looked like a repeat.
 */
export async function createCampaign(
  work: Work,
  mode: Mode,
  input: CreateCampaign,
  prepared: PreparedCampaign | undefined,
  options: CreateOptions,
): Promise<ForeseenCampaign> {
  const { sendAt, sessions } = await readCampaign(work.sql, mode, input, work.now, options);
  // Locked, so that its count matches the campaign's contacts exactly.
  const audience = usable(await lockAudience(work.sql, mode, input.audience_id));
  const [session] = sessions;
  const several = sessions.length > 1 ? sessions : null;
  const content = contentOf(input, session);
  await checkTexts(work.sql, audience.id, input, session, prepared?.checks);
  const forecast = prepared?.forecast ?? null;

  const status = statusWhenActive(null, sendAt?.getTime() ?? null, work.now.getTime());
  const row: CampaignRow = {
    id: newId('campaign'),
    mode,
    name: input.name,
    audience_id: audience.id,
    ...content,
    from_phone: several ? null : session.phone,
    session_ids: several && several.map(({ id }) => id),
    from_phones: several && several.map(({ phone }) => phone ?? ''),
    status,
    send_at: sendAt,
    send_window: input.send_window ?? null,
    pacing: input.pacing ?? null,
    variants: input.variants ?? null,
    reply_days: input.reply_days,
    only_while_bot: input.only_while_bot,
    cancel_on_takeover: input.cancel_on_takeover,
    last_contact_id: await lastContactId(work.sql, audience.id),
    expanded_through: null,
    expanded_all: false,
    total_count: audience.contact_count,
    paused_reason: null,
    created_at: work.now,
    started_at: status === 'running' ? work.now : null,
    completed_at: null,
    aborted_at: null,
    aborted_reason: null,
    recurrence_id: null,
    start_by: null,
  };
  await insertCampaign(work.sql, row);
  if (status === 'pending') return { ...presentCampaign(row, NO_MESSAGES), forecast };
  work.wake(CAMPAIGNS_LANE, work.now.getTime());
  const [shown] = await tellOfCampaigns(work, 'campaign.started', [row]);
  return { ...shown!, forecast };
}

/**
 * Reads a new campaign, and stores nothing.
 * @throws EngineError `invalid_request` with every fault that does not depend on the contacts; `not_found` if only the
 *   audience is at fault, as it does not exist
 */
export async function readCampaign(
  sql: Sql,
  mode: Mode,
  input: CreateCampaign,
  now: Date,
  { allowPrivateMedia }: CreateOptions,
): Promise<{ sendAt: Date | null; sessions: [SessionRow, ...SessionRow[]]; audience: AudienceRow }> {
  const faults = new Faults();
  const audience = await findAudience(sql, mode, input.audience_id);
  faults.note('audience_id', audienceFault(audience));
  const { sendAt } = readTimes(input, now.getTime(), faults);
  if (input.media_url !== undefined)
    faults.note('media_url', checkMediaUrl(input.media_url, allowPrivateMedia));
  const wrong = input.variants && variantsFault(input.variants);
  if (wrong) faults.add('variants', 'invalid_variants', wrong);
  for (const { content } of textsOf(input, { id: '' })) {
    const template = readCampaignTemplate(templateOf(content));
    const length = renderedLength(template.whole, new Map());
    const most = mostCharacters(template);
    if (namesNeeded(template).length > 0 || length <= most) continue;
    const message = `makes the whole text ${length} characters long. Shorten the text or the footer to ${most} in all.`;
    faults.add('footer', 'too_big', message);
    break;
  }
  const [first, ...others] = readSenders(input.from, await senderChooser(sql, mode), faults) ?? [];
  if (!first || !audience || faults.details.length > 0) throw refused(faults);
  return { sendAt, sessions: [first, ...others], audience };
}

/** What each contact may get, with where its text is in the request: one text, or those of the variants. */
function textsOf(
  input: CreateCampaign,
  session: Pick<SessionRow, 'id'>,
): { content: Content; main?: string }[] {
  const content = contentOf(input, session);
  if (!input.variants) return [{ content }];
  return input.variants.map((variant, index) => ({
    content: withVariant(content, variant),
    main: `variants.${index}.text`,
  }));
}

/**
 * Every contact must be able to get every variant: which one it gets is not known before the campaign has an id.
 * @throws EngineError `invalid_request` with example contacts
 */
async function checkTexts(
  sql: Sql,
  audienceId: string,
  input: CreateCampaign,
  session: Pick<SessionRow, 'id'>,
  before: readonly AudienceCheck[] = [],
): Promise<AudienceCheck[]> {
  const checks: AudienceCheck[] = [];
  for (const [index, { content, main }] of textsOf(input, session).entries()) {
    const check = await checkAudience(sql, audienceId, content, before[index], main);
    refuseFaulty(check);
    checks.push(check);
  }
  return checks;
}

function contentOf(input: CreateCampaign, session: Pick<SessionRow, 'id'>): Content {
  const { media_url: url, media_caption: caption = null } = input;
  return {
    session_id: session.id,
    text: input.text ?? null,
    media: url === undefined ? null : { url, file_id: null, kind: null, caption, filename: null },
    footer: input.footer ?? null,
    on_missing_variable: input.on_missing_variable,
  };
}

/** It may have changed since the campaign was read. */
function usable(audience: AudienceRow | undefined): AudienceRow {
  const faults = new Faults();
  faults.note('audience_id', audienceFault(audience));
  if (!audience || faults.details.length > 0) throw refused(faults);
  return audience;
}

function audienceFault(audience: AudienceRow | undefined): Pick<ErrorDetail, 'code' | 'message'> | null {
  if (!audience) return UNKNOWN_AUDIENCE;
  if (audience.contact_count > 0) return null;
  return { code: 'empty', message: 'has no contacts. Add some first.' };
}

/** An audience without contacts is nothing wrong with the request itself. */
function refused({ details }: Faults): EngineError {
  return invalidRequest(details, details.every(({ code }) => code === 'empty') ? 422 : 400);
}
