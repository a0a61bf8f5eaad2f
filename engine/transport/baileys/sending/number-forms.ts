/** Brazil: country, two digits of the area, and eight digits to which mobiles have a ninth in front since 2012. */
const BRAZIL_LONG = /^(55\d{2})9(\d{8})$/;
const BRAZIL_SHORT = /^(55\d{2})([6-9]\d{7})$/;
/** Mexico: the `1` between country and number that mobiles had until 2019. */
const MEXICO_LONG = /^(52)1(\d{10})$/;
const MEXICO_SHORT = /^(52)(\d{10})$/;

/**
 * The forms under which an account of this number may be known, the given one first. Brazilian and Mexican accounts
 * keep the form that their number had when they were made, whatever people write today.
 * @param digits a number with its country code, without `+`.
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
