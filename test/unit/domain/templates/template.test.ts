import fc from 'fast-check';
import {
  readTemplate,
  renderTemplate,
  renderedLength,
  tokensOf,
  type TemplateValues,
} from '../../../../engine/domain/templates/template';
import { anyCharacter } from '../../../support/any-character';

const values = (record: Record<string, string>) => new Map(Object.entries(record));
const render = (template: string, known: TemplateValues) => renderTemplate(readTemplate(template), known);

describe('render', () => {
  const ada = values({
    ...{ first_name: 'Ada', empty: '', braces: '{first_name}', dollar: '$& $1' },
    ...{ имя: 'Анна', prénom: 'Zoé', k: 'Kelvin' },
  });
  it.each([
    ['a token', 'Hi {first_name}!', 'Hi Ada!', []],
    ['the same token in any case, again and again', '{FIRST_NAME} {First_Name}', 'Ada Ada', []],
    ['tokens side by side', '{first_name}{empty}{first_name}', 'AdaAda', []],
    ['a name without a value', 'Hi {x}, {X} and {first_name}', 'Hi {x}, {X} and Ada', ['x']],
    ['double braces', '{{first_name}} {{ any thing }} {{}}', '{{first_name}} {{ any thing }} {{}}', []],
    ['double braces around a token', '{{{first_name}}}', '{{{first_name}}}', []],
    ['what is not a name', '{ first_name } {1a} {a-b} {} {"json": 1} {🎂}', null, []],
    ['a name in another script', 'Привет, {Имя}! {PRÉNOM} {pre\u0301nom}', 'Привет, Анна! Zoé Zoé', []],
    ['a name without a value in another script', '{Фамилия}', null, ['фамилия']],
    ['braces that are left open', '{first_name {first_name', null, []],
    ['a brace too many', '{{first_name}', '{Ada', []],
    ['a name of 32 characters', `{${'a'.repeat(32)}}`, null, ['a'.repeat(32)]],
    ['a name of 33 characters', `{${'a'.repeat(33)}}`, null, []],
    ['a value with braces, which stays as it is', '{braces}', '{first_name}', []],
    ['a value with dollars', '{dollar}', '$& $1', []],
    [
      'marks, directions and emoji around it',
      'e\u0301 \u202e{first_name}\u202c 👩‍👩‍👧',
      'e\u0301 \u202eAda\u202c 👩‍👩‍👧',
      [],
    ],
    ['the Kelvin sign, which Unicode says is a K', '{\u212a}', 'Kelvin', []],
    ['a fallback that is not needed', 'Hi {first_name|friend}!', 'Hi Ada!', []],
    ['a fallback for a missing value', 'Hi {nick|friend}!', 'Hi friend!', []],
    ['a fallback that is left open', 'Hi {nick|friend of {first_name}!', 'Hi {nick|friend of Ada!', []],
    ['a fallback with spaces around it', 'Hi {nick | my friend }!', 'Hi my friend!', []],
    ['an empty fallback', 'Hi{nick|}!', 'Hi!', []],
    ['a fallback in any script and case of the name', '{ИМЯ|друг} {Отчество|друг}', 'Анна друг', []],
    ['a fallback with signs', '{x|a | b} {x|1\\}2\\{3\\|4\\\\5\\n}', 'a | b 1}2{3|4\\5\\n', []],
    ['a fallback over two lines, which is text', '{x|a\nb}', null, []],
    ['a fallback in double braces', '{{x|y}}', null, []],
    ['a token with and without a fallback', '{x|y} {x}', 'y {x}', ['x']],
  ])('%s', (_name, template, text, missing) => {
    expect(render(template, ada)).toEqual({ text: text ?? template, missing });
  });

  it('treats names that JavaScript objects have like any other', () => {
    expect(render('{constructor} {__proto__}', new Map())).toEqual({
      text: '{constructor} {__proto__}',
      missing: ['constructor'],
    });
    expect(render('{constructor}', new Map([['constructor', 'x']])).text).toBe('x');
  });
});

it('reckons the length of a text without writing it', () => {
  const anyTemplate = fc.array(
    fc.constantFrom('{a}', '{b|bee}', '{c|}', '{{a}}', 'Hi ', '🎂', '{', '}', '|', '\\'),
  );
  fc.assert(
    fc.property(anyTemplate, fc.dictionary(fc.constantFrom('a', 'b'), fc.string()), (parts, known) => {
      const template = parts.join('');
      expect(renderedLength(readTemplate(template), values(known))).toBe(
        render(template, values(known)).text.length,
      );
    }),
  );
});

it('tokensOf lists each token once, in lower case and in order', () => {
  expect(tokensOf('{b} {A} {{c}} {B} { d }')).toEqual(['b', 'a']);
  expect(tokensOf('')).toEqual([]);
});

describe('for any text', () => {
  /** Every UTF-16 string, halves of surrogate pairs included, with braces as often as letters. */
  const anyText = fc
    .array(
      fc.oneof(
        fc.constantFrom('{', '}', '{{', '}}', '{a}', '{B}', '{{a}}', '_'),
        fc.string({ unit: anyCharacter }),
        fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      ),
    )
    .map((parts) => parts.join('').replaceAll('|', ''));
  const anyValues = fc
    .dictionary(fc.constantFrom('a', 'b', 'c'), anyText, { noNullPrototype: true })
    .map((record) => values(record));

  it('replaces a name or reports it as missing, and changes nothing else', () => {
    fc.assert(
      fc.property(anyText, anyValues, (template, known) => {
        const { text, missing } = render(template, known);
        expect(missing).toEqual(tokensOf(template).filter((name) => !known.has(name)));
        if (tokensOf(template).every((name) => !known.has(name))) expect(text).toBe(template);
      }),
    );
  });

  it('keeps the text between tokens byte for byte', () => {
    const plain = anyText.map((text) => text.replace(/[{}]/g, ''));
    fc.assert(
      fc.property(plain, anyText, plain, (before, value, after) => {
        expect(render(`${before}{a}${after}`, values({ a: value }))).toEqual({
          text: before + value + after,
          missing: [],
        });
        expect(render(`${before}{{a}}${after}`, values({ a: value })).text).toBe(`${before}{{a}}${after}`);
      }),
    );
  });

  it('ignores the case of names', () => {
    fc.assert(
      fc.property(anyText, anyValues, (template, known) => {
        const upper = template.replace(/\{([abc])\}/gi, (token) => token.toUpperCase());
        const [one, other] = [render(template, known), render(upper, known)];
        expect(other.missing).toEqual(one.missing);
        expect(other.text.toLowerCase()).toBe(one.text.toLowerCase());
      }),
    );
  });
});
