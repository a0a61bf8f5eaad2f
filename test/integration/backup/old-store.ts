import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MIGRATIONS_FOLDER, ownMigrations } from '../../../engine/store/sql/migrate';

/**
 * A folder with the first `count` migrations, for `migrate`: the schema as an older engine had it.
 * @param parent where the folder is made
 */
export async function firstMigrations(parent: string, count: number): Promise<string> {
  const folder = join(parent, 'migrations');
  await mkdir(folder);
  for (const name of (await ownMigrations()).slice(0, count))
    await cp(join(MIGRATIONS_FOLDER, name), join(folder, name));
  return folder;
}
