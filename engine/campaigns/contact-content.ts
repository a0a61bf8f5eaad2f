import {
  contentFor,
  namesNeeded,
  readCampaignTemplate,
  type CampaignTemplate,
  type ContentForContact,
} from '../domain/campaigns/campaign-content';
import { asksForWhatsappName, contactValues } from '../domain/templates/contact-values';
import type { CampaignRow } from '../store/tables/campaigns';
import type { ContactRow } from '../store/tables/contacts';
import { namesOfPeople } from '../store/tables/people';
import type { Sql } from '../store/sql/database';

/** The part of a campaign that decides what its contacts get. */
export type Content = Pick<CampaignRow, 'session_id' | 'text' | 'media' | 'footer' | 'on_missing_variable'>;

/** A campaign's text, or the caption of its media, and its footer. */
export function templateOf({ text, media, footer }: Omit<Content, 'session_id'>): CampaignTemplate {
  return { text: media ? media.caption : text, footer, hasMedia: media !== null };
}

/** Renders a campaign's content for each of these contacts, in the same order. */
export async function renderFor(
  sql: Sql,
  campaign: Content,
  contacts: readonly Pick<ContactRow, 'recipient' | 'who' | 'variables'>[],
): Promise<ContentForContact[]> {
  const template = readCampaignTemplate(templateOf(campaign));
  const names = asksForWhatsappName(namesNeeded(template))
    ? await namesOfPeople(
        sql,
        contacts.map((contact) => contact.who),
      )
    : new Map<string, string>();
  return contacts.map(({ recipient, who, variables }) => {
    const facts = { phone: phoneOf(recipient), whatsappName: names.get(who) ?? null };
    return contentFor(template, contactValues(facts, variables), campaign.on_missing_variable);
  });
}

/** Recipients are stored in canonical form: only phone numbers begin with +. */
export function phoneOf(recipient: string): string | null {
  return recipient.startsWith('+') ? recipient : null;
}
