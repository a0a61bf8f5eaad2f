import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LogFile, logFileOf } from '../../../engine/observability/log-file';
import { tempFolder } from '../../support/servers/temp-folder';

describe('a log in a file', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let path: string;
  let descriptor: number;
  beforeEach(async () => {
    folder = await tempFolder('log');
    path = join(folder.path, 'engine.log');
    descriptor = openSync(path, 'a', 0o600);
  });
  afterEach(async () => {
    closeSync(descriptor);
    await folder.remove();
  });

  const linesOf = (name: string): string[] =>
    readFileSync(join(folder.path, name), 'utf8').trimEnd().split('\n');

  it('begins anew before it is too large; no line is lost, and none is cut', () => {
    const log = new LogFile(descriptor, path, 1000);
    const lines = Array.from({ length: 90 }, (_one, index) => `{"n":${index},"text":"${'x'.repeat(index)}"}`);
    for (const line of lines) {
      log.makeRoom(line.length + 1);
      writeSync(descriptor, `${line}\n`);
    }
    const names = readdirSync(folder.path).sort();
    expect(names).toEqual(['engine.log', 'engine.log.1', 'engine.log.2', 'engine.log.3']);
    for (const name of names) expect(statSync(join(folder.path, name)).size).toBeLessThanOrEqual(1000);
    const kept = [...names].reverse().flatMap(linesOf);
    expect(kept).toEqual(lines.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(30);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  });

  it('goes on in the same file if a copy cannot be made', async () => {
    const log = new LogFile(descriptor, join(folder.path, 'gone', 'engine.log'), 100);
    for (let count = 0; count < 50; count += 1) {
      log.makeRoom(11);
      writeSync(descriptor, 'ten letters\n'.slice(1));
    }
    expect(statSync(path).size).toBe(50 * 11);
  });

  it('is known by its path, if the descriptor appends to it', () => {
    expect(logFileOf(descriptor, path)).toBeInstanceOf(LogFile);
    const other = openSync(join(folder.path, 'other'), 'w');
    for (const likely of [path, `${path}.no`, undefined]) expect(logFileOf(other, likely)).toBeNull();
    if (process.platform === 'linux') expect(logFileOf(descriptor)).toBeInstanceOf(LogFile);
    closeSync(other);
  });
});
