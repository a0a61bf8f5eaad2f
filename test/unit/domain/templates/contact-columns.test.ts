import { readColumns } from '../../../../engine/domain/templates/contact-columns';

it.each([
  [['to', 'first_name'], 0, [null, 'first_name']],
  [['First_Name', 'PHONE'], 1, ['First_Name', null]],
  [['mobile'], 0, [null]],
  [['x', 'Number', 'y'], 1, ['x', null, 'y']],
  // The first of the four names that occurs, wherever it is; the others are variables then.
  [['number', 'mobile', 'phone', 'to'], 3, ['number', 'mobile', 'phone', null]],
  [['number', 'mobile'], 1, ['number', null]],
])('reads %j', (header, recipient, variables) => {
  expect(readColumns(header)).toEqual({ ok: true, columns: { recipient, variables } });
});

const many = Array.from({ length: 33 }, (_, index) => `v${index}`);

it.each<[string, string[], [string, string, RegExp][]]>([
  ['no recipient', ['name', 'email'], [['', 'no_recipient', /Call it to, phone, mobile or number\.$/]]],
  [
    'a column without a name',
    ['to', '', 'a'],
    [['column 2', 'required', /Give it one, or remove the column/]],
  ],
  ['a name with a space', ['to', 'First Name'], [['First Name', 'invalid_name', /such as First_Name\.$/]]],
  ['a name twice', ['to', 'a', 'A'], [['A', 'duplicate', /same name as a/]]],
  ['the recipient twice', ['to', 'TO'], []],
  ['too many', ['to', ...many], [['', 'too_big', /has 33 columns besides the recipient/]]],
  [
    'several faults',
    ['a b', ''],
    [
      ['', 'no_recipient', /./],
      ['a b', 'invalid_name', /./],
      ['column 2', 'required', /./],
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
