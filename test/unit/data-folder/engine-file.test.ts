import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEngineFile, removeEngineFile } from '../../../engine/data-folder/engine-file';

describe('engine.json after a power cut', () => {
  let folder: string;

  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'blueticks-test-engine-file-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(['', '\0'.repeat(300), '{"url":"http://127.0.0.1:77', 'null'])(
    'is no engine if it holds %j',
    (text) => {
      writeFileSync(join(folder, 'engine.json'), text);
      expect(readEngineFile(folder)).toBeNull();
      removeEngineFile(folder);
    },
  );
});
