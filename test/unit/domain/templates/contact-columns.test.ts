import { readColumns } from '../../../../engine/domain/templates/contact-columns';

it.each([
  [['to', 'first_name'], 0, [null, 'first_name']],
  [['First_Name', 'PHONE'], 1, ['First_Name', null]],
  [['mobile'], 0, [null]],
  [['x', 'Number', 'y'], 1, ['x', null, 'y']],
  // The first of the four names that occurs, wherever it is; the others are variables then.
  [['number', 'mobile', 'phone', 'to'], 3, ['number', 'mobile', 'phone', null]],
  [['number', 'mobile'], 1, ['number', null]],
  [['Имя', 'to', 'Prénom', 'First name', 'E-Mail'], 1, ['Имя', null, 'Prénom', 'First_name', 'E_Mail']],
  [[' Phone\u00a0', 'constructor'], 0, [null, 'constructor']],
  // Trailing separators: nothing may be in such a column, which its rows check.
  [['to', 'a', '', ' '], 0, [null, 'a', '', '']],
])('reads %j', (header, recipient, variables) => {
  expect(readColumns(header)).toEqual({ ok: true, columns: { recipient, variables } });
});

const many = Array.from({ length: 33 }, (_, index) => `v${index}`);

it.each<[string, string[], [string, string, RegExp][]]>([
  ['no recipient', ['name', 'email'], [['', 'no_recipient', /Call it to, phone, mobile or number\.$/]]],
  ['a name of signs', ['to', '🎂'], [['🎂', 'invalid_name', /^cannot be the name of a variable/]]],
  ['a name that is too long', ['to', 'a'.repeat(33)], [['a'.repeat(33), 'invalid_name', /up to 32 /]]],
  ['a name that JavaScript has', ['to', '__proto__'], [['__proto__', 'invalid_name', /is reserved/]]],
  ['a name twice', ['to', 'a', 'A'], [['A', 'duplicate', /same name as a/]]],
  [
    'a name twice, with a space',
    ['to', 'first name', 'First_Name'],
    [['First_Name', 'duplicate', /same name as first name/]],
  ],
  ['the recipient twice', ['to', 'TO'], []],
  ['too many', ['to', ...many], [['', 'too_big', /has 33 columns besides the recipient/]]],
  [
    'several faults',
    ['#', 'x', 'X'],
    [
      ['', 'no_recipient', /./],
      ['#', 'invalid_name', /./],
      ['X', 'duplicate', /./],
    ],
  ],
])('refuses %s', (_name, header, faults) => {
  const read = readColumns(header);
  if (faults.length === 0) return expect(read).toMatchObject({ ok: true });
  expect(read).toEqual({
    ok: false,
    faults: faults.map(([path, code, words]) => ({ path, code, message: expect.stringMatching(words) })),
  });
});
