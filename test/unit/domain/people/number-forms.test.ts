import { numberForms } from '../../../../engine/domain/people/number-forms';

describe('the forms of a number', () => {
  it.each([
    ['a Brazilian mobile with its ninth digit', '5511987654321', '551187654321'],
    ['and without', '551187654321', '5511987654321'],
    ['a Mexican mobile in its form until 2019', '5215512345678', '525512345678'],
    ['and since', '525512345678', '5215512345678'],
    ['an Argentine mobile with its 9', '5491144445555', '541144445555'],
    ['and without', '541144445555', '5491144445555'],
  ])('%s', (_what, given, other) => {
    expect(numberForms(given)).toEqual([given, other]);
  });

  it.each([
    ['a Brazilian landline, which never had a ninth digit', '551131234567'],
    ['a Brazilian number that is too long', '55119876543210'],
    ['an Italian number', '393331234567'],
    ['a US number', '14155551234'],
  ])('%s has only one form', (_what, given) => {
    expect(numberForms(given)).toEqual([given]);
  });

  it('are the same for either form', () => {
    for (const given of ['5511987654321', '525512345678', '541144445555']) {
      const forms = numberForms(given);
      expect(new Set(numberForms(forms[1]!))).toEqual(new Set(forms));
    }
  });
});
