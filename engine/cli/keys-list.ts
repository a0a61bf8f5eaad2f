import { columns } from './columns';
import type { Invocation } from './command';
import { EXIT } from './exit-codes';
import { openKeyDesk, type ShownKey } from './key-desk';
import { print, printJson } from './print';

/** `keys list`: the keys that were made, oldest first, without their secret part. */
export async function run({ json, config }: Invocation): Promise<number> {
  const desk = await openKeyDesk(config);
  try {
    const keys = await desk.list();
    if (json) printJson({ data: keys });
    else if (keys.length === 0)
      print('There are no keys. Make one with: blueticks-engine keys create --mode test');
    else print(table(keys).join('\n'));
    return EXIT.ok;
  } finally {
    await desk.close();
  }
}

function table(keys: readonly ShownKey[]): string[] {
  const rows = keys.map((key) => [
    key.id,
    key.mode,
    `${key.prefix}…`,
    key.name ?? '–',
    key.scopes.join(', '),
    minute(key.created_at),
    key.revoked_at === null ? '–' : minute(key.revoked_at),
  ]);
  return columns([['ID', 'MODE', 'KEY', 'NAME', 'SCOPES', 'MADE (UTC)', 'REVOKED (UTC)'], ...rows]);
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
