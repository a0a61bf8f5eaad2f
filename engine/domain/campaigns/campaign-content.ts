import { LONGEST_CAPTION, LONGEST_TEXT } from '../messages/message-content';
import { render, tokensOf, type TemplateValues } from '../templates/template';

export const MISSING_VARIABLE_POLICIES = ['fail', 'skip'] as const;
export type MissingVariablePolicy = (typeof MISSING_VARIABLE_POLICIES)[number];

/** What a campaign writes to everybody, as templates; `hasMedia` makes of the text a caption. */
export interface CampaignTemplate {
  text: string | null;
  /** Appended as a paragraph of its own. */
  footer: string | null;
  hasMedia: boolean;
}

/** Why a contact can get no message: `failure_reason` of the one that is made all the same. */
export type ContentFault =
  { reason: 'missing_variable'; missing: string[] } | { reason: 'invalid_text'; length: number };

export type ContentForContact = { ok: true; text: string | null } | { ok: false; fault: ContentFault };

/** The whole template of a campaign: its text (or caption) and its footer, one paragraph below. Null for none. */
export function wholeTemplate({ text, footer }: CampaignTemplate): string | null {
  const paragraphs = [text, footer].filter((part) => part !== null && part !== '');
  return paragraphs.length > 0 ? paragraphs.join('\n\n') : null;
}

/** Names in lower case that the campaign's messages need, each once. */
export function namesNeeded(template: CampaignTemplate): string[] {
  return tokensOf(wholeTemplate(template) ?? '');
}

/**
 * What one contact gets: the text, or the caption of the media, null for media without one. Where a name has no value
 * the policy decides: `fail` makes it a fault, `skip` leaves the token in the text. With media an empty caption is
 * none; a text must not be empty.
 */
export function contentFor(
  template: CampaignTemplate,
  values: TemplateValues,
  policy: MissingVariablePolicy,
): ContentForContact {
  const { text, missing } = render(wholeTemplate(template) ?? '', values);
  if (missing.length > 0 && policy === 'fail')
    return { ok: false, fault: { reason: 'missing_variable', missing } };
  if (text === '' && template.hasMedia) return { ok: true, text: null };
  const most = template.hasMedia ? LONGEST_CAPTION : LONGEST_TEXT;
  if (text.length >= 1 && text.length <= most) return { ok: true, text };
  return { ok: false, fault: { reason: 'invalid_text', length: text.length } };
}
