import { LONGEST_CAPTION, LONGEST_TEXT } from '../messages/message-content';
import {
  missingIn,
  namesIn,
  readTemplate,
  renderedLength,
  renderTemplate,
  type Template,
  type TemplateValues,
} from '../templates/template';

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

/** A campaign's template, read once for all of its contacts: the text or caption, and the footer as last paragraph. */
export interface ReadCampaignTemplate {
  whole: Template;
  hasMedia: boolean;
}

export function readCampaignTemplate({ text, footer, hasMedia }: CampaignTemplate): ReadCampaignTemplate {
  const paragraphs = [text, footer].filter((part) => part !== null && part !== '');
  return { whole: readTemplate(paragraphs.join('\n\n')), hasMedia };
}

/** The variables in a campaign's messages (as `nameKey`), each once. */
export function namesNeeded({ whole }: ReadCampaignTemplate): string[] {
  return namesIn(whole);
}

/** The most characters that a message of the campaign may have. */
export function mostCharacters({ hasMedia }: ReadCampaignTemplate): number {
  return hasMedia ? LONGEST_CAPTION : LONGEST_TEXT;
}

/**
 * What one contact gets: the text, or the caption of the media (null without one). If a variable has neither a value nor
 * a fallback, the policy decides: `fail` is a fault, `skip` leaves it in the text as written. A text must not be empty; an
 * empty caption counts as none. A text that is too long is reckoned, not written.
 */
export function contentFor(
  template: ReadCampaignTemplate,
  values: TemplateValues,
  policy: MissingVariablePolicy,
): ContentForContact {
  const missing = policy === 'fail' ? missingIn(template.whole, values) : [];
  if (missing.length > 0) return { ok: false, fault: { reason: 'missing_variable', missing } };
  const length = renderedLength(template.whole, values);
  if (length === 0 && template.hasMedia) return { ok: true, text: null };
  if (length < 1 || length > mostCharacters(template))
    return { ok: false, fault: { reason: 'invalid_text', length } };
  return { ok: true, text: renderTemplate(template.whole, values).text };
}
