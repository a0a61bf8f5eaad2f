import { readContact, type ReadContact } from '../audiences/contacts';
import { mostCharacters, readCampaignTemplate } from '../domain/campaigns/campaign-content';
import { contactValues } from '../domain/templates/contact-values';
import type { Mode } from '../domain/mode';
import { renderedLength, renderTemplate } from '../domain/templates/template';
import { Faults, invalidRequest } from '../errors';
import { findAudience } from '../store/tables/audiences';
import { findContact } from '../store/tables/contacts';
import { findWho } from '../store/tables/person-names';
import { namesOfPeople } from '../store/tables/people';
import type { Sql } from '../store/sql/database';
import type { Preview } from './campaign-schema';
import { UNKNOWN_AUDIENCE } from './check-audience';
import { phoneOf } from './contact-content';

export interface Previewed {
  text: string | null;
  media_caption: string | null;
  /** Variables without a value; they stay in the text as written. */
  missing: string[];
}

/**
 * The text that one contact would get.
 * @throws EngineError `not_found` for the audience or contact; `invalid_request` for an invalid recipient, or a text
 *   that would be empty or too long
 */
export async function previewCampaign(sql: Sql, mode: Mode, request: Preview): Promise<Previewed> {
  const contact = await readPreviewed(sql, mode, request);
  const name = await whatsappName(sql, mode, contact.chat_id);
  const values = contactValues({ phone: phoneOf(contact.recipient), whatsappName: name }, contact.variables);
  const hasMedia = request.media_caption !== undefined;
  const template = readCampaignTemplate({
    text: request.text ?? request.media_caption ?? null,
    footer: request.footer ?? null,
    hasMedia,
  });
  const length = renderedLength(template.whole, values);
  const most = mostCharacters(template);
  if (length > most || (length === 0 && !hasMedia)) {
    const size = length === 0 ? 'empty' : `${length} characters long`;
    const message = `would be ${size}. Use 1 to ${most} characters: change the text or the variables.`;
    throw invalidRequest([{ path: hasMedia ? 'media_caption' : 'text', code: 'invalid_text', message }]);
  }
  const { text, missing } = renderTemplate(template.whole, values);
  return { text: hasMedia ? null : text, media_caption: hasMedia && text !== '' ? text : null, missing };
}

/**
 * The contact that a request for a preview names.
 * @throws EngineError `invalid_request` with every fault, `not_found` if there is no such audience or contact
 */
export async function readPreviewed(
  sql: Sql,
  mode: Mode,
  { to = '', variables, audience_id: audienceId, contact_id: contactId }: Preview,
): Promise<ReadContact> {
  const faults = new Faults();
  const isInAudience = audienceId !== undefined && contactId !== undefined;
  const contact = isInAudience
    ? await findIn(sql, mode, audienceId, contactId, faults)
    : readContact({ to, variables }, faults);
  if (!contact) throw invalidRequest(faults.details);
  return contact;
}

async function findIn(
  sql: Sql,
  mode: Mode,
  audienceId: string,
  contactId: string,
  faults: Faults,
): Promise<ReadContact | null> {
  const audience = await findAudience(sql, mode, audienceId);
  faults.note('audience_id', audience ? null : UNKNOWN_AUDIENCE);
  const contact = audience && (await findContact(sql, audience.id, contactId));
  if (audience && !contact) faults.add('contact_id', 'not_found', NOT_IN_AUDIENCE);
  return contact ?? null;
}

const NOT_IN_AUDIENCE = 'is not in this audience. Use the id of one from GET /v1/audiences/{id}?page=1.';

async function whatsappName(sql: Sql, mode: Mode, chatId: string): Promise<string | null> {
  const who = (await findWho(sql, mode, [chatId]))(chatId);
  return (await namesOfPeople(sql, [who])).get(who) ?? null;
}
