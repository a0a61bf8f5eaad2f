import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of what has come in, for its owner's eyes alone, to be read a second time. */
export interface SpooledFile {
  /** Passes a stream on and keeps it. */
  keep(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** What was kept, from its beginning. */
  read(): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

export async function spooledFile(): Promise<SpooledFile> {
  const folder = await mkdtemp(join(tmpdir(), 'blueticks-import-'));
  const path = join(folder, 'contacts.csv');
  return {
    async *keep(source) {
      const file = await open(path, 'w', 0o600);
      try {
        for await (const chunk of source) {
          await file.write(chunk);
          yield chunk;
        }
      } finally {
        await file.close();
      }
    },
    read: () => createReadStream(path),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
