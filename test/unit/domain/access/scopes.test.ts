import { allows, parseScopes, SCOPES } from '../../../../engine/domain/access/scopes';

describe('parseScopes', () => {
  it.each([
    ['*', ['*']],
    ['messages:read', ['messages:read']],
    [' messages:read , messages:write,', ['messages:read', 'messages:write']],
    ['messages:read,messages:read', ['messages:read']],
    ['messages:read,*', ['*']],
    [SCOPES.join(','), [...SCOPES]],
  ])('%j', (text, scopes) => {
    expect(parseScopes(text)).toEqual({ ok: true, scopes });
  });

  it.each(['', ' ', ',,'])('%j names none', (text) => {
    expect(parseScopes(text)).toEqual({
      ok: false,
      message: 'Give at least one scope, such as messages:write, or * for all.',
    });
  });

  it.each(['messages', 'engines:write', 'Messages:read', 'messages:*'])('%s is no scope', (text) => {
    expect(parseScopes(`messages:read,${text}`)).toEqual({
      ok: false,
      message: `"${text}" is not a scope. Use * or any of ${SCOPES.join(', ')}.`,
    });
  });
});

it('allows what the scopes name, and everything with *', () => {
  expect(SCOPES).toHaveLength(26);
  for (const held of SCOPES)
    for (const needed of SCOPES) expect(allows([held], needed)).toBe(held === needed);
  for (const needed of SCOPES) {
    expect(allows(['*'], needed)).toBe(true);
    expect(allows([], needed)).toBe(false);
  }
});
