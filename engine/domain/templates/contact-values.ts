import type { TemplateValues } from './template';

/** What is known of a contact apart from its variables; null where it is not. */
export interface ContactFacts {
  /** E.164; groups and channels have none. */
  phone: string | null;
  /** The name that the person goes by on WhatsApp. */
  whatsappName: string | null;
}

/** Names that every template can use, and the fact that each stands for. */
const BUILT_INS: Readonly<Record<string, keyof ContactFacts>> = {
  phone: 'phone',
  mobile: 'phone',
  displayname: 'whatsappName',
  whatsappname: 'whatsappName',
};

/** Whether one of these names (lower case) stands for the person's name on WhatsApp, which has to be looked up. */
export function asksForWhatsappName(names: readonly string[]): boolean {
  return names.some((name) => BUILT_INS[name] === 'whatsappName');
}

/** A contact's values for a template: the built-in ones, overridden by its own variables of the same name. */
export function contactValues(
  facts: ContactFacts,
  variables: Readonly<Record<string, string>>,
): TemplateValues {
  const values = new Map<string, string>();
  for (const [name, fact] of Object.entries(BUILT_INS)) {
    const value = facts[fact];
    if (value !== null) values.set(name, value);
  }
  for (const [name, value] of Object.entries(variables)) values.set(name.toLowerCase(), value);
  return values;
}
