import { join } from 'node:path';

/** Where the output of an engine goes that n8n started. */
export function logPath(dataDir: string): string {
  return join(dataDir, 'engine.log');
}
