import { numberForms } from '../../../../../engine/transport/baileys/sending/number-forms';

describe('the forms under which an account may be known', () => {
  it.each([
    ['a Brazilian mobile with its ninth digit', '5511987654321', '551187654321'],
    ['and without', '551187654321', '5511987654321'],
    ['a Mexican mobile as it was written until 2019', '5215512345678', '525512345678'],
    ['and since', '525512345678', '5215512345678'],
  ])('%s', (_what, given, other) => {
    expect(numberForms(given)).toEqual([given, other]);
  });

  it.each([
    ['a Brazilian landline, which never had a ninth digit', '551131234567'],
    ['a Brazilian number that is too long', '55119876543210'],
    ['an Italian number', '393331234567'],
    ['a number of the United States', '14155551234'],
  ])('%s has only its own', (_what, given) => {
    expect(numberForms(given)).toEqual([given]);
  });

  it('are the same whichever of the two is given', () => {
    for (const given of ['5511987654321', '525512345678']) {
      const forms = numberForms(given);
      expect(new Set(numberForms(forms[1]!))).toEqual(new Set(forms));
    }
  });
});
