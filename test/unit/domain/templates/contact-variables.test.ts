import { checkVariables } from '../../../../engine/domain/templates/contact-variables';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, 'x']));

it('accepts variables within the limits', () => {
  expect(checkVariables({})).toEqual([]);
  expect(checkVariables(many(32))).toEqual([]);
  expect(checkVariables({ ['a'.repeat(32)]: 'x'.repeat(1024), _1: '', constructor: 'x' })).toEqual([]);
  expect(checkVariables({ Имя: 'Анна', prénom: 'Zoé', नाम: '', 姓: 'x' })).toEqual([]);
});

it.each<[string, Record<string, string>, string, string, RegExp]>([
  ['too many', many(33), '', 'too_big', /^has 33 variables\. A contact may have at most 32\.$/],
  ['a value that is too long', { a: 'x'.repeat(1025) }, 'a', 'too_big', /^has 1025 characters\. .* 1024\.$/],
  [
    'a space',
    { 'first name': 'x' },
    'first name',
    'invalid_name',
    /only letters, digits and _, such as first_name\.$/,
  ],
  ['a name that is too long', { ['a'.repeat(33)]: 'x' }, 'a'.repeat(33), 'invalid_name', /such as a{32}\.$/],
  ['a digit first', { '1st': 'x' }, '1st', 'invalid_name', /only letters, digits and _, such as _1st\.$/],
  ['nothing', { '': 'x' }, '', 'invalid_name', /not starting with a digit\.$/],
  ['a sign', { 'имя!': 'x' }, 'имя!', 'invalid_name', /such as имя\.$/],
  [
    'a name that JavaScript has',
    { ['__proto__']: 'x' },
    '__proto__',
    'invalid_name',
    /is reserved\. Use another/,
  ],
  [
    'a name twice',
    { Name: 'x', name: 'y' },
    'name',
    'duplicate',
    /^is the same name as Name, since case does not/,
  ],
  [
    'a name twice, composed and decomposed',
    { Prénom: 'x', ['PRE\u0301NOM']: 'y' },
    'PRE\u0301NOM',
    'duplicate',
    /^is the same name as Prénom, since case does not/,
  ],
])('refuses %s', (_name, variables, path, code, words) => {
  expect(checkVariables(variables)).toEqual([{ path, code, message: expect.stringMatching(words) }]);
});

it('reports every fault', () => {
  expect(checkVariables({ 'a b': 'x', c: 'x'.repeat(2000), C: '' }).map(({ path }) => path)).toEqual([
    'a b',
    'c',
    'C',
  ]);
});
