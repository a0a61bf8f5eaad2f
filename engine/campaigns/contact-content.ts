import {
  contentFor,
  namesNeeded,
  readCampaignTemplate,
  type CampaignTemplate,
  type ContentForContact,
} from '../domain/campaigns/campaign-content';
import { drawVariant, type Variant } from '../domain/campaigns/variants';
import { asksForWhatsappName, contactValues } from '../domain/templates/contact-values';
import type { CampaignRow } from '../store/tables/campaigns';
import type { ContactRow } from '../store/tables/contacts';
import { namesOfPeople } from '../store/tables/people';
import type { Sql } from '../store/sql/database';

/** The part of a campaign that decides what its contacts get. */
export type Content = Pick<CampaignRow, 'session_id' | 'text' | 'media' | 'footer' | 'on_missing_variable'>;

/** The content with the text of a variant. */
export function withVariant<Whole extends Pick<Content, 'text' | 'media'>>(
  content: Whole,
  { text }: Variant,
): Whole {
  const { media } = content;
  return media ? { ...content, media: { ...media, caption: text } } : { ...content, text };
}

/** What each contact of a campaign gets, in the same order, and which variant that is. */
export async function contentsFor(
  sql: Sql,
  campaign: CampaignRow,
  contacts: readonly ContactRow[],
): Promise<{ content: ContentForContact; variant: number | null }[]> {
  const { variants } = campaign;
  if (!variants) {
    const contents = await renderFor(sql, campaign, contacts);
    return contents.map((content) => ({ content, variant: null }));
  }
  const drawn = contacts.map(({ id }) => drawVariant(campaign.id, id, variants));
  const rendered = await Promise.all(
    variants.map((variant) => renderFor(sql, withVariant(campaign, variant), contacts)),
  );
  return drawn.map((variant, index) => ({ content: rendered[variant]![index]!, variant }));
}

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
