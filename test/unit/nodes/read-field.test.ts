import { DateTime } from 'luxon';
import type { INodeProperties } from 'n8n-workflow';
import { cellText, labelOf, readList, textOf } from '../../../nodes/Blueticks/actions/read-field';
import { Blueticks } from '../../../nodes/Blueticks/Blueticks.node';

it.each([
  ['x', 'x'],
  ['', ''],
  [undefined, ''],
  [null, ''],
  [0, '0'],
  [14155551234, '14155551234'],
  [1.5, '1.5'],
  [new Date('2026-07-01T09:00:00Z'), '2026-07-01T09:00:00.000Z'],
  [DateTime.fromISO('2026-07-01T09:00:00', { zone: 'Europe/Rome' }), '2026-07-01T09:00:00.000+02:00'],
])('takes %p as the text %j', (value, text) => {
  expect(textOf(value, 'Text')).toBe(text);
});

it.each([
  [
    { street: 'Via Roma 1', city: 'Rome' },
    'Text: the expression returns an object, not text. Choose one of its fields: street, city.',
  ],
  [
    ['a', 'b'],
    'Text: the expression returns a list, not text. Join its entries, for example with .join(", "), or choose one of them.',
  ],
  [{}, 'Text: the expression returns an object, not text. Check the expression.'],
  [true, 'Text: the expression returns true, not text. Check the expression.'],
  [
    NaN,
    'Text: the expression returns no number, not text. Check the expression, or give the number as text.',
  ],
  [
    1e20,
    'Text: the expression returns a number that is too large to be exact, not text. Check the expression, or give the number as text.',
  ],
])('refuses %p with the name of the field', (value, message) => {
  expect(() => textOf(value, 'Text')).toThrow(message);
});

it('takes true and false in a cell of a table, and objects nowhere', () => {
  expect(cellText(false, 'Variables, vip')).toBe('false');
  expect(() => cellText({ a: 1 }, 'Variables, vip')).toThrow(
    /^Variables, vip: the expression returns an obj/,
  );
  expect(() => readList(['Yes', { no: 1 }], 'Answers')).toThrow(/^Answers: /);
  expect(readList('Yes\n No \n', 'Answers')).toEqual(['Yes', 'No']);
});

it('calls the fields that it reads as the editor does', () => {
  const all = (properties: INodeProperties[]): INodeProperties[] =>
    properties.flatMap((property) => [
      property,
      ...all((property.options ?? []).flatMap((option) => ('values' in option ? option.values : []))),
    ]);
  const READ = [
    ...['to', 'text', 'mediaUrl', 'binaryPropertyName', 'pollQuestion', 'pollOptions', 'localTime'],
    ...['latitude', 'longitude', 'locationName', 'locationAddress'],
    ...['contactName', 'contactPhones', 'contactOrganization'],
  ];
  const fields = all(new Blueticks().description.properties);
  for (const name of READ)
    expect(fields.filter((field) => field.name === name).map((field) => field.displayName)).toContain(
      labelOf(name),
    );
});
