import { checkVariables } from '../../../../engine/domain/templates/contact-variables';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, 'x']));

test('variables within the limits have no fault', () => {
  expect(checkVariables({})).toEqual([]);
  expect(checkVariables(many(32))).toEqual([]);
  expect(checkVariables({ ['a'.repeat(32)]: 'x'.repeat(1024), _1: '', constructor: 'x' })).toEqual([]);
});

test.each<[string, Record<string, string>, string, string, RegExp]>([
  ['too many', many(33), '', 'too_big', /^has 33 variables; a contact has 32 at most$/],
  ['a value that is too long', { a: 'x'.repeat(1025) }, 'a', 'too_big', /^has 1025 characters; .* 1024/],
  [
    'a space',
    { 'first name': 'x' },
    'first name',
    'invalid_name',
    /, digits and _ only, such as first_name$/,
  ],
  ['a name that is too long', { ['a'.repeat(33)]: 'x' }, 'a'.repeat(33), 'invalid_name', /such as a{32}$/],
  ['a digit first', { '1st': 'x' }, '1st', 'invalid_name', /only, up to 32 of them, the first no digit$/],
  ['nothing', { '': 'x' }, '', 'invalid_name', /the first no digit$/],
  ['another script', { имя: 'x' }, 'имя', 'invalid_name', /^is no name for a variable/],
  [
    'a name twice',
    { Name: 'x', name: 'y' },
    'name',
    'duplicate',
    /^is the same name as Name, as case does not/,
  ],
])('%s is refused', (_name, variables, path, code, words) => {
  expect(checkVariables(variables)).toEqual([{ path, code, message: expect.stringMatching(words) }]);
});

test('every fault is named', () => {
  expect(checkVariables({ 'a b': 'x', c: 'x'.repeat(2000), C: '' }).map(({ path }) => path)).toEqual([
    'a b',
    'c',
    'C',
  ]);
});
