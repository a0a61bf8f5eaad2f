import { allows, parseScopes, SCOPES } from '../../../../engine/domain/access/scopes';

describe('parseScopes', () => {
  test.each([
    ['*', ['*']],
    ['messages:read', ['messages:read']],
    [' messages:read , messages:write,', ['messages:read', 'messages:write']],
    ['messages:read,messages:read', ['messages:read']],
    ['messages:read,*', ['*']],
    [SCOPES.join(','), [...SCOPES]],
  ])('%j', (text, scopes) => {
    expect(parseScopes(text)).toEqual({ ok: true, scopes });
  });

  test.each(['', ' ', ',,'])('%j names none', (text) => {
    expect(parseScopes(text)).toEqual({
      ok: false,
      message: 'No scope is given; name at least one, such as messages:write, or * for all.',
    });
  });

  test.each(['messages', 'engines:write', 'Messages:read', 'messages:*'])('%s is no scope', (text) => {
    expect(parseScopes(`messages:read,${text}`)).toEqual({
      ok: false,
      message: `There is no scope "${text}"; use * or some of ${SCOPES.join(', ')}.`,
    });
  });
});

test('a key may do what it holds, and * does all', () => {
  expect(SCOPES).toHaveLength(17);
  for (const held of SCOPES)
    for (const needed of SCOPES) expect(allows([held], needed)).toBe(held === needed);
  for (const needed of SCOPES) {
    expect(allows(['*'], needed)).toBe(true);
    expect(allows([], needed)).toBe(false);
  }
});
