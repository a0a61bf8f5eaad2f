import fc from 'fast-check';
import { tokensOf as engineTokensOf } from '../../../engine/domain/templates/template';
import * as engine from '../../../engine/domain/templates/variable-name';
import { columnName, nameKey, tokensOf } from '../../../nodes/shared/variable-name';
import { anyCharacter } from '../../support/any-character';

const part = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '|',
    '\\',
    ' ',
    '_',
    '1',
    'a',
    'É',
    'e\u0301',
    'я',
    '__proto__',
    '\u200d',
    '\u1e9e',
    '\n',
  ),
  fc.string({ unit: anyCharacter, maxLength: 4 }),
);
const anyText = fc.array(part, { maxLength: 50 }).map((parts) => parts.join(''));

it('reads names and tokens as the engine does', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(columnName(text)).toBe(engine.columnName(text));
      expect(nameKey(text)).toBe(engine.nameKey(text));
      expect([...new Set(tokensOf(text).map(nameKey))]).toEqual(engineTokensOf(text));
    }),
    { numRuns: 1000 },
  );
});
