import { parseScopes } from '../../domain/access/scopes';
import { EngineError } from '../../errors';
import { createKey, presentKey, revoke, type NewKey } from '../../keys/keys';
import { listKeys } from '../../store/tables/api-keys';
import type { Invocation } from '../command';
import { databaseOrEngine } from '../engine/database-or-engine';
import { EXIT, UsageError } from '../exit-codes';
import { columns, print, printJson } from '../output';

type ShownKey = ReturnType<typeof presentKey>;
type CreatedKey = ShownKey & { key: string };

const MAX_NAME = 120;

/** `keys create`: creates a key and shows it this once. */
export async function create({ flags, json, config }: Invocation): Promise<number> {
  const input = readNewKey(flags);
  // Shown before the database closes: if closing failed, nobody could ever see the key again.
  const show = (created: CreatedKey): void => (json ? printJson(created) : print(describe(created)));
  await databaseOrEngine<void>(config, {
    async inDatabase(database) {
      const { row, key } = await createKey(database, input, new Date());
      show({ ...presentKey(row), key });
    },
    byEngine: async (control) => show(await control('POST', '/keys/create', input)),
  });
  return EXIT.ok;
}

/** `keys list`: all keys, oldest first, without their secret part. */
export async function list({ json, config }: Invocation): Promise<number> {
  const keys = await databaseOrEngine<ShownKey[]>(config, {
    inDatabase: async (database) => (await listKeys(database)).map(presentKey),
    byEngine: async (control) => (await control<{ data: ShownKey[] }>('GET', '/keys')).data,
  });
  if (json) printJson({ data: keys });
  else if (keys.length > 0) print(table(keys));
  else print('No keys yet. Create one with: blueticks-engine keys create --mode test');
  return EXIT.ok;
}

/** `keys revoke KEY_ID`: the next request with that key is refused. */
export async function revokeOne({ argument, json, config }: Invocation): Promise<number> {
  const id = argument ?? '';
  const key = await databaseOrEngine<ShownKey>(config, {
    inDatabase: async (database) => presentKey(await revoke(database, id, new Date())),
    byEngine: (control) => control('POST', `/keys/${encodeURIComponent(id)}/revoke`),
  }).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'not_found') throw error;
    throw new EngineError('not_found', `No active key "${id}". To see all keys: blueticks-engine keys list`);
  });
  if (json) printJson(key);
  else print(`Revoked ${key.id} (${key.prefix}…). Requests with it are refused from now on.`);
  return EXIT.ok;
}

/** @throws UsageError */
function readNewKey(flags: Invocation['flags']): NewKey {
  const { mode, name = null } = flags;
  if (mode === undefined) {
    throw new UsageError(
      'keys create needs --mode live or --mode test. Test keys send through the sandbox only.',
    );
  }
  if (mode !== 'live' && mode !== 'test') {
    throw new UsageError(`--mode is "${mode}". Use live or test.`);
  }
  const scopes = parseScopes(flags['scopes'] ?? '*');
  if (!scopes.ok) throw new UsageError(`--scopes: ${scopes.message}`);
  if (name !== null && name.length > MAX_NAME) {
    throw new UsageError(`--name has ${name.length} characters. Use ${MAX_NAME} at most.`);
  }
  return { mode, name, scopes: scopes.scopes };
}

function describe({ key, id, mode, name, scopes }: CreatedKey): string {
  return [
    key,
    '',
    ...columns([
      ['Id', id],
      ['Mode', mode === 'test' ? 'test: sends to simulated recipients only' : 'live'],
      ...(name === null ? [] : [['Name', name]]),
      ['Scopes', scopes.join(', ')],
    ]),
    '',
    'Save it now: only its hash is stored, so it cannot be shown again.',
    ...(mode === 'live'
      ? ['Messages go out from your own number. If it is not linked yet: npx n8n-nodes-blueticks link']
      : []),
  ].join('\n');
}

function table(keys: readonly ShownKey[]): string {
  const rows = keys.map((key) => [
    key.id,
    key.mode,
    `${key.prefix}…`,
    key.name ?? '–',
    key.scopes.join(', '),
    toMinute(key.created_at),
    key.revoked_at === null ? '–' : toMinute(key.revoked_at),
  ]);
  const header = ['ID', 'MODE', 'KEY', 'NAME', 'SCOPES', 'CREATED (UTC)', 'REVOKED (UTC)'];
  return columns([header, ...rows]).join('\n');
}

function toMinute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
