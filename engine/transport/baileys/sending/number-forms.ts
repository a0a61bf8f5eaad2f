/** Brazil: country, two-digit area, and eight digits, which mobiles prefix with a 9 since 2012. */
const BRAZIL_LONG = /^(55\d{2})9(\d{8})$/;
const BRAZIL_SHORT = /^(55\d{2})([6-9]\d{7})$/;
/** Mexico: until 2019 mobiles had a `1` between country and number. */
const MEXICO_LONG = /^(52)1(\d{10})$/;
const MEXICO_SHORT = /^(52)(\d{10})$/;

/**
 * The forms of a number that its account may be registered under, the given one first. Brazilian and Mexican accounts
 * keep the form that was valid when they were created.
 * @param digits a number with its country code, without `+`
 */
export function numberForms(digits: string): string[] {
  const other =
    replaced(digits, BRAZIL_LONG, '') ??
    replaced(digits, BRAZIL_SHORT, '9') ??
    replaced(digits, MEXICO_LONG, '') ??
    replaced(digits, MEXICO_SHORT, '1');
  return other === undefined ? [digits] : [digits, other];
}

function replaced(digits: string, form: RegExp, between: string): string | undefined {
  const match = form.exec(digits);
  return match ? `${match[1]}${between}${match[2]}` : undefined;
}
