import { readContact, type ReadContact } from '../audiences/contacts';
import { getAudience } from '../audiences/audiences';
import { mostCharacters, readCampaignTemplate } from '../domain/campaigns/campaign-content';
import { contactValues } from '../domain/templates/contact-values';
import type { Mode } from '../domain/mode';
import { renderedLength, renderTemplate } from '../domain/templates/template';
import { Faults, invalidRequest, notFound } from '../errors';
import { findContact } from '../store/tables/contacts';
import { findWho } from '../store/tables/person-names';
import { namesOfPeople } from '../store/tables/people';
import type { Sql } from '../store/sql/database';
import type { Preview } from './campaign-schema';
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
  const contact = await contactOf(sql, mode, request);
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

async function contactOf(sql: Sql, mode: Mode, request: Preview): Promise<ReadContact> {
  if (request.audience_id !== undefined && request.contact_id !== undefined) {
    const { id } = await getAudience(sql, mode, request.audience_id);
    const row = await findContact(sql, id, request.contact_id);
    if (!row) throw notFound('contact', request.contact_id);
    return row;
  }
  return readGivenContact(request);
}

/** The contact in a request for a preview. @throws EngineError `invalid_request` with every fault */
export function readGivenContact({ to = '', variables }: Pick<Preview, 'to' | 'variables'>): ReadContact {
  const faults = new Faults();
  const read = readContact({ to, variables }, faults);
  if (!read) throw invalidRequest(faults.details);
  return read;
}

async function whatsappName(sql: Sql, mode: Mode, chatId: string): Promise<string | null> {
  const who = (await findWho(sql, mode, [chatId]))(chatId);
  return (await namesOfPeople(sql, [who])).get(who) ?? null;
}
