/**
 * Some countries have changed how a mobile number is written, and WhatsApp keeps the form that was valid when the
 * account was created. So one account may be written to under either form. Each rule takes a number apart, and puts it
 * together in each of its forms, the preferred one first. To add a country, add a rule.
 */
interface Rule {
  country: string;
  /** Where the rule comes from. */
  source: string;
  /** Every form, as a pattern of digits with the country code. All have the same groups. */
  patterns: readonly RegExp[];
  /** The forms with these groups, in the order of the patterns. */
  forms(...groups: string[]): string[];
}

export const NUMBER_RULES: readonly Rule[] = [
  {
    country: 'Brazil',
    source:
      'Anatel, resolution 553 of 2010: mobiles that began with 6 to 9 got a 9 in front, from 2012 to 2016.',
    patterns: [/^55(\d{2})9([6-9]\d{7})$/, /^55(\d{2})([6-9]\d{7})$/],
    forms: (area, local) => [`55${area}9${local}`, `55${area}${local}`],
  },
  {
    country: 'Mexico',
    source: 'IFT, numbering plan of 3 August 2019: the 1 between country code and mobile number was dropped.',
    patterns: [/^52([2-9]\d{9})$/, /^521([2-9]\d{9})$/],
    forms: (national) => [`52${national}`, `521${national}`],
  },
  {
    country: 'Argentina',
    source: 'ENACOM, numbering plan: mobiles have a 9 after the country code, only when called from abroad.',
    patterns: [/^549([1-8]\d{9})$/, /^54([1-8]\d{9})$/],
    forms: (national) => [`549${national}`, `54${national}`],
  },
];

/**
 * The forms that a number's account may be registered under, the given one first.
 * @param digits a number with its country code, without `+`
 */
export function numberForms(digits: string): string[] {
  return [digits, ...allForms(digits).filter((form) => form !== digits)];
}

/** The form that stands for all forms of a number. @param digits with country code, without `+` */
export function preferredForm(digits: string): string {
  return allForms(digits)[0]!;
}

function allForms(digits: string): string[] {
  for (const { patterns, forms } of NUMBER_RULES) {
    for (const pattern of patterns) {
      const match = pattern.exec(digits);
      if (match) return forms(...match.slice(1));
    }
  }
  return [digits];
}
