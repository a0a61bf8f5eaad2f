import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const rooms = JSON.parse(readFileSync(join(root, '.rooms.json'), 'utf8')) as string[];

it('lists every folder and file directly under engine/, and no other', () => {
  const engine = join(root, 'engine');
  const found = readdirSync(engine)
    .filter((name) => !name.startsWith('.'))
    .map((name) => (statSync(join(engine, name)).isDirectory() ? `${name}/` : name));
  expect([...rooms].sort()).toEqual(found.sort());
});

it('is the list that docs/architecture.md shows, in the same order', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const [, section] = /^## The rooms, from the ground up$(.*?)^## /ms.exec(page) ?? [];
  const shown = [...(section ?? '').matchAll(/^\| `([^`]+)` *\| \S.*\|$/gm)].map(([, room]) => room);
  expect(shown).toEqual(rooms);
});

it('has rules only for rooms that exist', () => {
  const config = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8');
  const named = [...config.matchAll(/'([a-z-]+)\/'/g)].map(([, room]) => room!);
  expect(named.filter((room) => !existsSync(join(root, 'engine', room)))).toEqual([]);
});
