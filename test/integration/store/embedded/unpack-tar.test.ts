import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackTar } from '../../../../engine/store/embedded/unpack-tar';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';

/** Around the size of a block and of an unzipped chunk, and several chunks. */
const SIZES = [0, 1, 511, 512, 513, 262_143, 262_144, 262_145, 1_000_000];

describe('unpackTar', () => {
  let folder: TempFolder;
  let archive: string;
  const contents = SIZES.map((size) => randomBytes(size));

  beforeEach(async () => {
    folder = await tempFolder('tar');
    archive = join(folder.path, 'archive.tar.gz');
    const source = join(folder.path, 'source');
    await mkdir(join(source, 'empty'), { recursive: true });
    await mkdir(join(source, 'base', '5'), { recursive: true });
    for (const [index, content] of contents.entries()) {
      await writeFile(join(source, index % 2 ? 'base/5' : '.', `file-${index}`), content, { mode: 0o644 });
    }
    await promisify(execFile)('tar', ['czf', archive, '-C', source, '.']);
    await mkdir(join(folder.path, 'target'));
  });
  afterEach(() => folder.remove());

  it('unpacks every folder and file unchanged, readable by its owner only', async () => {
    const target = join(folder.path, 'target');
    await unpackTar(archive, target);
    const list = (root: string): Promise<string[]> => readdir(root, { recursive: true });
    expect((await list(target)).sort()).toEqual((await list(join(folder.path, 'source'))).sort());
    for (const [index, content] of contents.entries()) {
      const path = join(target, index % 2 ? 'base/5' : '.', `file-${index}`);
      expect((await readFile(path)).equals(content)).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    expect((await stat(join(target, 'base', '5'))).mode & 0o777).toBe(0o700);
  });

  it('fails if the archive was cut off', async () => {
    const whole = await readFile(archive);
    await writeFile(archive, whole.subarray(0, whole.length / 2));
    await expect(unpackTar(archive, join(folder.path, 'target'))).rejects.toThrow('unexpected end of file');
  });
});
