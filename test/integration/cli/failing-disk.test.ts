import { documentOf, run, serve, SLOW_MS, type Serving } from '../../support/engine/command-line';
import { DiskFaults, type FaultOrder } from '../../support/faults/disk-faults';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';

jest.setTimeout(SLOW_MS);

describe('an engine whose disk fails', () => {
  let folder: TempFolder;
  let engine: Serving | undefined;
  beforeEach(async () => (folder = await tempFolder('failing-disk')));
  afterEach(async () => {
    engine?.kill('SIGKILL');
    await engine?.ended;
    await folder.remove();
  });

  /** Creates keys, each a commit, until the engine has ended. @returns how it ended */
  async function endOf(order: FaultOrder) {
    const dataDir = `${folder.path}/data`;
    const faults = new DiskFaults(folder.path, dataDir, order);
    engine = await serve(dataDir, [], faults.env);
    faults.arm();
    const asked = run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', dataDir]);
    const end = await engine.ended;
    await asked;
    return { ...end, dataDir };
  }

  it('ends with the reason when PostgreSQL cannot write its log, and starts again when it can', async () => {
    const { code, stderr, dataDir } = await endOf({ code: 'EIO' });
    expect(stderr).toMatch(
      /^The embedded database has stopped\. PostgreSQL said: could not write .*: I\/O error\n$/,
    );
    expect(code).toBe(1);
    engine = await serve(dataDir);
    const made = await run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', dataDir]);
    expect(documentOf(made)).toHaveProperty('key');
  });

  it('ends with 9 when the database has answered nothing for 30 s, and names it', async () => {
    const { code, stderr } = await endOf({ hang: true });
    expect(stderr).toMatch(/^The embedded database has answered nothing for 30 s\./);
    expect(code).toBe(9);
  });
});
