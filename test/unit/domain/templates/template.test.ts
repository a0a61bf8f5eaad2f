import fc from 'fast-check';
import { render, tokensOf } from '../../../../engine/domain/templates/template';
import { anyCharacter } from '../../../support/any-character';

const values = (record: Record<string, string>) => new Map(Object.entries(record));

describe('render', () => {
  const ada = values({ first_name: 'Ada', empty: '', braces: '{first_name}', dollar: '$& $1' });
  it.each([
    ['a token', 'Hi {first_name}!', 'Hi Ada!', []],
    ['the same token in any case, again and again', '{FIRST_NAME} {First_Name}', 'Ada Ada', []],
    ['tokens side by side', '{first_name}{empty}{first_name}', 'AdaAda', []],
    ['a name without a value', 'Hi {x}, {X} and {first_name}', 'Hi {x}, {X} and Ada', ['x']],
    ['double braces', '{{first_name}} {{ any thing }} {{}}', '{{first_name}} {{ any thing }} {{}}', []],
    ['double braces around a token', '{{{first_name}}}', '{{{first_name}}}', []],
    ['what is not a name', '{ first_name } {1a} {a-b} {} {"json": 1} {é}', null, []],
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
    ['the Kelvin sign, which is not a k', '{\u212a}', null, []],
  ])('%s', (_name, template, text, missing) => {
    expect(render(template, ada)).toEqual({ text: text ?? template, missing });
  });

  it('treats names that JavaScript objects have like any other', () => {
    expect(render('{constructor} {__proto__}', new Map())).toEqual({
      text: '{constructor} {__proto__}',
      missing: ['constructor', '__proto__'],
    });
    expect(render('{__proto__}', new Map([['__proto__', 'x']])).text).toBe('x');
  });
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
    .map((parts) => parts.join(''));
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
