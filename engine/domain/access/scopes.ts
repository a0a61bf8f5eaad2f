/** What a key can be allowed to do. A `write` scope does not include `read`. */
export const SCOPES = [
  'messages:read',
  'messages:write',
  'audiences:read',
  'audiences:write',
  'campaigns:read',
  'campaigns:write',
  'sequences:read',
  'sequences:write',
  'webhooks:read',
  'webhooks:write',
  'engines:read',
  'sessions:read',
  'sessions:write',
  'contacts:read',
  'groups:read',
  'groups:write',
  'opt_outs:read',
  'opt_outs:write',
  'people:read',
  'people:write',
  'chats:read',
  'chats:write',
  'newsletters:read',
  'newsletters:write',
  'recurrences:read',
  'recurrences:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Every scope, including those of later versions. */
export const ALL_SCOPES = '*';
export type GrantedScope = Scope | typeof ALL_SCOPES;

export type ParsedScopes = { ok: true; scopes: GrantedScope[] } | { ok: false; message: string };

const isGranted = (name: string): name is GrantedScope =>
  name === ALL_SCOPES || (SCOPES as readonly string[]).includes(name);

/** Reads a comma-separated list such as `messages:read,messages:write`, or `*`; each scope is kept once. */
export function parseScopes(text: string): ParsedScopes {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    return {
      ok: false,
      message: 'Give at least one scope, such as messages:write, or * for all.',
    };
  const unknown = names.find((name) => !isGranted(name));
  if (unknown !== undefined)
    return {
      ok: false,
      message: `"${unknown.slice(0, 64)}" is not a scope. Use * or any of ${SCOPES.join(', ')}.`,
    };
  const scopes = [...new Set(names.filter(isGranted))];
  return { ok: true, scopes: scopes.includes(ALL_SCOPES) ? [ALL_SCOPES] : scopes };
}

/** Whether a key with these scopes has `needed`. */
export function allows(scopes: readonly string[], needed: Scope): boolean {
  return scopes.includes(ALL_SCOPES) || scopes.includes(needed);
}
