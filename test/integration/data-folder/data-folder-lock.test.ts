import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderInUse, lockDataFolder } from '../../../engine/data-folder/data-folder-lock';
import { thisHolder } from '../../../engine/data-folder/lock-holder';
import { until } from '../../support/engine/until';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { ended, forkTypeScript, nextMessage } from '../../support/servers/typescript-child';

describe('lockDataFolder', () => {
  let folder: TempFolder;
  let file: string;
  let children: ChildProcess[];

  beforeEach(async () => {
    folder = await tempFolder('lock');
    file = join(folder.path, 'engine.lock');
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map(ended));
    await folder.remove();
  });

  async function startChild(): Promise<ChildProcess> {
    const child = forkTypeScript(join(__dirname, 'lock-child.ts'), [folder.path]);
    children.push(child);
    await nextMessage(child);
    return child;
  }

  function tell(child: ChildProcess, order: 'lock' | 'release'): Promise<string> {
    const answer = nextMessage<string>(child);
    child.send(order);
    return answer;
  }

  it('refuses a second holder, and names the folder, the process and the way out', async () => {
    const lock = await lockDataFolder(folder.path);
    const error = await lockDataFolder(folder.path).catch((e: Error) => e);
    expect(error).toBeInstanceOf(DataFolderInUse);
    expect((error as Error).message).toContain(folder.path);
    expect((error as Error).message).toContain(`process ${process.pid}`);
    expect((error as Error).message).toContain('BLUETICKS_DATA_DIR');
    await lock.release();
  });

  it('leaves nothing behind and can be acquired again', async () => {
    await (await lockDataFolder(folder.path)).release();
    expect(await readdir(folder.path)).toEqual([]);
    await (await lockDataFolder(folder.path)).release();
  });

  it('refuses while another process holds it, and goes to the next once that one releases it', async () => {
    const [first, second] = [await startChild(), await startChild()];
    expect(await tell(first, 'lock')).toBe('held');
    expect(await tell(second, 'lock')).toBe('refused');
    expect(await tell(first, 'release')).toBe('released');
    expect(await tell(second, 'lock')).toBe('held');
  });

  it('takes over at once from a killed process', async () => {
    const [first, second] = [await startChild(), await startChild()];
    expect(await tell(first, 'lock')).toBe('held');
    first.kill('SIGKILL');
    await ended(first);
    const startedAt = Date.now();
    expect(await tell(second, 'lock')).toBe('held');
    // The heartbeat alone would show it after 13 s at the earliest.
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  it('goes to exactly one of many that race for the lock of a dead process', async () => {
    const racers = await Promise.all(Array.from({ length: 6 }, startChild));
    for (let round = 0; round < 6; round++) {
      await writeFile(file, JSON.stringify({ ...thisHolder(`dead-${round}`), pid: 2 ** 22 + 1 }));
      const answers = await Promise.all(racers.map((racer) => tell(racer, 'lock')));
      expect(answers.sort()).toEqual(['held', ...Array<string>(5).fill('refused')]);
      await Promise.all(racers.map((racer) => tell(racer, 'release')));
      expect(await readdir(folder.path)).toEqual([]);
    }
  });

  it('goes to exactly one of many that race for a free folder', async () => {
    const racers = await Promise.all(Array.from({ length: 6 }, startChild));
    for (let round = 0; round < 6; round++) {
      const answers = await Promise.all(racers.map((racer) => tell(racer, 'lock')));
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
      await Promise.all(racers.map((racer) => tell(racer, 'release')));
    }
  });

  it('takes over from a dead process whose number was reused', async () => {
    const child = await startChild();
    await writeFile(file, JSON.stringify({ ...thisHolder('x'), pid: child.pid, started: '1' }));
    await (await lockDataFolder(folder.path)).release();
    await writeFile(file, JSON.stringify({ ...thisHolder('y'), started: '1' }));
    await (await lockDataFolder(folder.path)).release();
  });

  it('finishes a take-over during which another process died', async () => {
    await writeFile(file, JSON.stringify({ ...thisHolder('x'), pid: 2 ** 22 + 1 }));
    await writeFile(`${file}.take-over`, 'x');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.take-over`, longAgo, longAgo);
    await (await lockDataFolder(folder.path)).release();
    expect(await readdir(folder.path)).toEqual([]);
  });

  describe('held by another machine', () => {
    const foreign = { pid: process.pid, started: null, host: 'another machine', nonce: 'n' };

    it('refuses within a few seconds while its heartbeat goes on', async () => {
      await writeFile(file, JSON.stringify(foreign));
      const beating = setInterval(() => void utimes(file, new Date(), new Date()), 500);
      try {
        await expect(lockDataFolder(folder.path)).rejects.toThrow(DataFolderInUse);
      } finally {
        clearInterval(beating);
      }
    });

    it('refuses even if the clock of that machine is an hour behind', async () => {
      await writeFile(file, JSON.stringify(foreign));
      let beats = 0;
      const beat = (): Promise<void> => {
        const moment = new Date(Date.now() - 3_600_000 + beats++);
        return utimes(file, moment, moment);
      };
      await beat();
      const beating = setInterval(() => void beat(), 2_000);
      try {
        await expect(lockDataFolder(folder.path)).rejects.toThrow(DataFolderInUse);
      } finally {
        clearInterval(beating);
      }
    });

    it.each([JSON.stringify(foreign), '', '{"pid":'])(
      'takes over from %j when its heartbeat has stopped',
      async (text) => {
        await writeFile(file, text);
        const beatAt = new Date(Date.now() - 11_000);
        await utimes(file, beatAt, beatAt);
        const startedAt = Date.now();
        const lock = await lockDataFolder(folder.path);
        expect(Date.now() - startedAt).toBeGreaterThan(3_500);
        await lock.release();
      },
    );
  });

  it('keeps its heartbeat, and comes back after somebody deletes the file', async () => {
    const lock = await lockDataFolder(folder.path);
    const { mtimeMs } = await stat(file);
    await until('its heart beats', async () => (await stat(file)).mtimeMs > mtimeMs + 1_000);
    await rm(file);
    await until('it is back', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('}'));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it('reports the loss when another process has the lock, and leaves that lock in place', async () => {
    let lost = 0;
    const lock = await lockDataFolder(folder.path, () => lost++);
    const other = JSON.stringify(thisHolder('other'));
    await writeFile(file, other);
    await until('it is told', () => lost > 0);
    await sleep(2_500);
    expect(lost).toBe(1);
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe(other);
  });
});
