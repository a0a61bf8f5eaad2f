import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's version: its package.json is one folder up in the sources, two in `dist/`. */
export const VERSION = readVersion();

function readVersion(): string {
  const file = ['..', '../..']
    .map((up) => join(__dirname, up, 'package.json'))
    .find((path) => existsSync(path));
  return file ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
}
