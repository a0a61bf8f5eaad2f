import { moveStore, undoMove, type Moved, type Place } from '../../backup/move-store';
import { readConfig, type EngineConfig } from '../../config';
import { createLogger } from '../../observability/logger';
import { openDatabase } from '../../store/open-database';
import type { Invocation } from '../command';
import { EXIT, UsageError } from '../exit-codes';
import { print, printJson } from '../output';
import { count, progressLines, tell } from '../progress';

/** `move --to DATABASE_URL`: moves everything to an empty PostgreSQL database. */
export async function run({ flags, json, config }: Invocation): Promise<number> {
  const { to, undo } = flags;
  if ((to === undefined) === (undo === undefined)) {
    throw new UsageError(
      'move needs --to, the URL of an empty PostgreSQL database, or --undo to give up a move.',
    );
  }
  if (to === undefined) return giveUp(config, json);
  const targetUrl = readUrl(to);
  if (targetUrl === config.databaseUrl) throw new UsageError('--to is the database that is used already.');
  const moved = await withPlace(config, config.databaseUrl, (source) =>
    withPlace(config, targetUrl, (target) =>
      moveStore(source, target, {
        onProgress: progressLines(),
        onVerify: () => tell('Comparing both sides.'),
      }),
    ),
  );
  if (json) printJson(moved);
  else print(describe(moved, config));
  return EXIT.ok;
}

async function giveUp(config: EngineConfig, json: boolean): Promise<number> {
  const move = await withPlace(config, config.databaseUrl, undoMove);
  if (json) printJson({ undone: move !== null, place: move?.place ?? null });
  else if (!move) print('This store is not being moved.');
  else {
    print(
      `The engine may start on this store again. Start none at ${move.place}: it would send everything twice.`,
    );
  }
  return EXIT.ok;
}

/** @throws UsageError */
function readUrl(to: string): string {
  try {
    return readConfig({ DATABASE_URL: to }, {}).databaseUrl!;
  } catch (error) {
    throw new UsageError((error as Error).message.replace('DATABASE_URL', '--to'));
  }
}

async function withPlace<T>(
  { dataDir }: EngineConfig,
  databaseUrl: string | null,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ dataDir, databaseUrl, log: createLogger('silent') });
  try {
    return await use({ database, shown: databaseUrl === null ? dataDir : withoutPassword(databaseUrl) });
  } finally {
    await database.close();
  }
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  return `${url.protocol}//${url.username ? `${url.username}@` : ''}${url.host}${url.pathname}`;
}

function describe({ to, rows, tables, already }: Moved, { dataDir, encryptionKey }: EngineConfig): string {
  if (already) return `Everything was moved to ${to} before.`;
  return [
    `Moved ${count(rows)} rows in ${Object.keys(tables).length} tables to ${to}. Both sides have the same checksums.`,
    'Start the engine with DATABASE_URL set to it. On this store, it no longer starts.',
    ...(encryptionKey === null
      ? [
          `The encryption key stays in ${dataDir}: keep that folder, or take encryption.key to the new machine.`,
        ]
      : []),
  ].join('\n');
}
