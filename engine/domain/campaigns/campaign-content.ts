import { LONGEST_CAPTION, LONGEST_TEXT } from '../messages/message-content';
import { render, tokensOf, type TemplateValues } from '../templates/template';

export const MISSING_VARIABLE_POLICIES = ['fail', 'skip'] as const;
export type MissingVariablePolicy = (typeof MISSING_VARIABLE_POLICIES)[number];

/** What a campaign sends to every contact, as templates. With `hasMedia`, the text is a caption. */
export interface CampaignTemplate {
  text: string | null;
  /** Appended as its own paragraph. */
  footer: string | null;
  hasMedia: boolean;
}

/** Why a contact cannot get a message. `reason` becomes the `failure_reason` of its failed message. */
export type ContentFault =
  { reason: 'missing_variable'; missing: string[] } | { reason: 'invalid_text'; length: number };

export type ContentForContact = { ok: true; text: string | null } | { ok: false; fault: ContentFault };

/** The whole template of a campaign: its text or caption, and its footer as the last paragraph. Null if both are empty. */
export function wholeTemplate({ text, footer }: CampaignTemplate): string | null {
  const paragraphs = [text, footer].filter((part) => part !== null && part !== '');
  return paragraphs.length > 0 ? paragraphs.join('\n\n') : null;
}

/** The variables in a campaign's messages, in lower case, each once. */
export function namesNeeded(template: CampaignTemplate): string[] {
  return tokensOf(wholeTemplate(template) ?? '');
}

/**
 * What one contact gets: the text, or the caption of the media (null without one). If a variable has no value, the policy
 * decides: `fail` is a fault, `skip` leaves it in the text as written. A text must not be empty; an empty caption counts
 * as none.
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
