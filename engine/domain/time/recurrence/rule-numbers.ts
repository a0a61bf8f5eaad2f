/** Which numbers a part of a rule may have. */
export interface NumberRange {
  from: number;
  to: number;
  /** Also from `-to` to `-from`, counted from the end. */
  negative?: boolean;
  /** One number, no list. */
  single?: boolean;
  advice?: string;
}

/** What is wrong with the numbers of a part, as what follows `rrule`; null if nothing is, or the part is absent. */
export function readNumbers(name: string, value: string | undefined, range: NumberRange): string | null {
  if (value === undefined) return null;
  const { from, to, negative = false, single = false, advice } = range;
  const isGood = (text: string): boolean => {
    if (!(negative ? /^[+-]?\d{1,6}$/ : /^\d{1,6}$/).test(text)) return false;
    const size = negative ? Math.abs(Number(text)) : Number(text);
    return size >= from && size <= to;
  };
  const all = value.split(',');
  const wrong = all.find((text) => !isGood(text));
  const allowed = `${from} to ${to}${negative ? ` or -${from} to -${to}` : ''}`;
  if (wrong !== undefined) {
    const fix = advice ? ` ${advice}` : '';
    return `has ${name} with "${wrong.slice(0, 20)}", which is not a whole number from ${allowed}.${fix}`;
  }
  if (single && all.length > 1) return `has several numbers in ${name}. Use one.`;
  if (new Set(all.map(Number)).size < all.length) return `has a number twice in ${name}. Use it once.`;
  return null;
}
