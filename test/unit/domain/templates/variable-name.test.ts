import fc from 'fast-check';
import { columnName, isVariableName, nameKey } from '../../../../engine/domain/templates/variable-name';
import { anyCharacter } from '../../../support/any-character';

it.each([
  'a',
  '_1st',
  'Prénom',
  'Pre\u0301nom',
  'Имя',
  'नाम',
  'نام\u200cخانوادگی',
  '姓名',
  'שם_פרטי',
  'constructor',
  'a'.repeat(32),
  // 32 characters as people count them, more in the decomposed form of a Mac.
  'e\u0301'.repeat(32),
])('takes %s as a name', (name) => {
  expect(isVariableName(name)).toBe(true);
});

it.each([
  '',
  ' ',
  '1st',
  'first name',
  'a-b',
  'a.b',
  '🎂',
  '\u0301a',
  'a'.repeat(33),
  '__proto__',
  '__PROTO__',
])('refuses %j as a name', (name) => {
  expect(isVariableName(name)).toBe(false);
});

it.each([
  ['Prénom', 'PRE\u0301NOM'],
  ['Имя', 'имя'],
  ['Straße', 'STRASSE'],
  ['Straße', 'STRA\u1e9eE'],
  ['ΌΝΟΜΑΣ', 'όνομας'],
  ['نام\u200cخانوادگی', 'نامخانوادگی'],
])('finds %s by %s', (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other));
});

it.each([
  ['First name', 'First_name'],
  ['  first\u00a0\u00a0name ', 'first_name'],
  ['Prénom', 'Prénom'],
  ['Pre\u0301nom', 'Prénom'],
  ['Имя клиента', 'Имя_клиента'],
  ['E-Mail', 'E_Mail'],
  ['Price (EUR)', 'Price_EUR'],
  ['1st order', '_1st_order'],
  ['_id', '_id'],
  ['名前', '名前'],
])('turns the column %j into %s', (column, name) => {
  expect(columnName(column)).toBe(name);
});

it.each(['', ' ', '#', '🎂', '___', 'a'.repeat(33), '__proto__'])(
  'has no name for the column %j',
  (column) => {
    expect(columnName(column)).toBeNull();
  },
);

it('gives names that are valid, and leaves valid ones as they are', () => {
  const anyName = fc.string({ unit: fc.oneof(anyCharacter, fc.constantFrom('a', 'É', ' ', '_', '1', 'я')) });
  fc.assert(
    fc.property(anyName, (column) => {
      const name = columnName(column);
      if (name !== null) {
        expect(isVariableName(name)).toBe(true);
        expect(columnName(name)).toBe(name);
      }
      if (isVariableName(column) && /[\p{L}\p{Nd}]/u.test(column))
        expect(columnName(column)).toBe(column.normalize('NFC'));
    }),
  );
});

it('ignores case and the form of accents, whatever the script', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (name) => {
      for (const other of [name.toUpperCase(), name.toLowerCase(), name.normalize('NFD'), nameKey(name)])
        expect(nameKey(other)).toBe(nameKey(name));
    }),
    { numRuns: 500 },
  );
});

it('knows each letter of Unicode in either case as one', () => {
  const odd = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    const letter = String.fromCodePoint(code);
    if (!/[\p{L}\p{M}]/u.test(letter)) continue;
    const forms = [letter.toUpperCase(), letter.toLowerCase(), letter.normalize('NFD')];
    // Most letters, such as Chinese ones, have only one form.
    const others = forms.filter((form) => form !== letter);
    if (others.length === 0) continue;
    const key = nameKey(letter);
    if ([...others, key].some((form) => nameKey(form) !== key)) odd.push(letter);
  }
  expect(odd).toEqual([]);
});
