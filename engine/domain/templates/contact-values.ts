import { isBlank } from './contact-variables';
import type { TemplateValues } from './template';
import { nameKey } from './variable-name';

/** What is known about a contact besides its variables; null if unknown. */
export interface ContactFacts {
  /** E.164; null for groups and channels. */
  phone: string | null;
  /** The person's own name on WhatsApp. */
  whatsappName: string | null;
}

/** The names that every template can use, and what they stand for. */
const BUILT_INS: Readonly<Record<string, keyof ContactFacts>> = {
  phone: 'phone',
  mobile: 'phone',
  displayname: 'whatsappName',
  whatsappname: 'whatsappName',
};

/** Whether any of these names (see `nameKey`) needs the person's name on WhatsApp, which must be looked up. */
export function asksForWhatsappName(names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(BUILT_INS, name) && BUILT_INS[name] === 'whatsappName');
}

/**
 * A contact's values for a template. Its own variables override built-in ones with the same name. A blank value counts as
 * missing, so it overrides nothing.
 */
export function contactValues(
  facts: ContactFacts,
  variables: Readonly<Record<string, string>>,
): TemplateValues {
  const values = new Map<string, string>();
  for (const [name, fact] of Object.entries(BUILT_INS)) {
    const value = facts[fact];
    if (value !== null && !isBlank(value)) values.set(name, value);
  }
  for (const [name, value] of Object.entries(variables))
    if (!isBlank(value)) values.set(nameKey(name), value);
  return values;
}
