import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { documentOf, run, serve, SLOW_MS, type Ended, type Serving } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

let folder: TempFolder;
let files: TempFolder;
let engine: Serving | null;
beforeEach(async () => {
  engine = null;
  [folder, files] = [await tempFolder('audiences'), await tempFolder('csv')];
});
afterEach(async () => {
  await engine?.stop();
  await folder.remove();
  await files.remove();
});

async function csv(text: string): Promise<string> {
  const path = join(files.path, 'contacts.csv');
  await writeFile(path, text);
  return path;
}
const importing = (...args: string[]): Promise<Ended> =>
  run(['audiences', 'import', '--data-dir', folder.path, ...args]);
const answerOf = ({ stdout }: Ended) => JSON.parse(stdout);

async function asking(url: string, path: string) {
  const made = documentOf(
    await run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', folder.path]),
  );
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${made.key}` } });
  return (await response.json()) as { data: { name: string }[]; contacts: { to: string }[] };
}

const GOOD = 'to,first_name\n+14155550001,Ada\n+14155550002,Bo\n';
const BAD = 'to,first_name\n+14155550001,Ada\n0641,Bo\nx,Cy\n';

it('imports contacts while the engine runs, which sees them at once', async () => {
  engine = await serve(folder.path);
  const made = await importing('--file', await csv(GOOD), '--name', 'All', '--mode', 'test', '--json');
  expect([made.code, made.stderr]).toEqual([0, '100 % read\n']);
  const { audience, ...counts } = answerOf(made);
  expect(counts).toEqual({ added: 2, skipped: 0, contact_count: 2, errors: [], error_count: 0 });
  expect(audience).toMatchObject({ name: 'All', contact_count: 2 });
  const { contacts } = await asking(engine.url, `/v1/audiences/${audience.id}?page=1`);
  expect(contacts.map(({ to }) => to)).toEqual(['+14155550001', '+14155550002']);

  const more = await importing('--file', await csv(`${GOOD}+14155550003,Cy\n`), '--audience', audience.id);
  expect(more.code).toBe(0);
  expect(more.stdout).toBe(`${audience.id}  All: 3 contacts\n1 added, 2 already there, 0 rows skipped.\n`);
});

it('imports contacts while no engine runs', async () => {
  const skipped = await importing(
    '--file',
    await csv(BAD),
    '--name',
    'All',
    '--mode',
    'test',
    '--on-error',
    'skip',
  );
  expect(skipped.code).toBe(0);
  expect(skipped.stdout).toMatch(
    /^aud_\w+ {2}All: 1 contact\n1 added, 0 already there, 2 rows skipped\.\nline 3: to .*\nline 4: to .*\n$/,
  );
  expect(await readdir(folder.path)).not.toContain('engine.lock');
  engine = await serve(folder.path);
  const { data } = await asking(engine.url, '/v1/audiences');
  expect(data).toMatchObject([{ name: 'All' }]);
});

it.each([true, false])('imports nothing if a row is bad (engine running: %s)', async (running) => {
  if (running) engine = await serve(folder.path);
  const { code, stdout, stderr } = await importing(
    '--file',
    await csv(BAD),
    '--name',
    'All',
    '--mode',
    'test',
  );
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/\nlines\.4\.to .*letters/);
  expect(stderr).toMatch(/\nlines\.3\.to .* \(1 more bad row\.\) Nothing was imported\.\n$/);
  engine ??= await serve(folder.path);
  expect((await asking(engine.url, '/v1/audiences')).data).toEqual([]);
});

it('refuses an unknown audience and a file without contacts', async () => {
  engine = await serve(folder.path);
  const unknown = await importing('--file', await csv(GOOD), '--audience', 'aud_1');
  expect([unknown.code, unknown.stderr.split('\n').at(-2)]).toEqual([
    1,
    'No audience aud_1 found for this key.',
  ]);
  const empty = await importing('--file', await csv('to\n'), '--name', 'None', '--on-error', 'skip');
  expect([empty.code, empty.stderr]).toEqual([
    1,
    expect.stringContaining('has no valid contact, so no audience was created.'),
  ]);
});

it.each([
  [[], 'audiences import needs --file, a CSV file with a header.'],
  [
    ['--file', 'x.csv'],
    'audiences import needs --name for a new audience, or --audience with the id of an existing one.',
  ],
  [['--file', 'x.csv', '--name', 'a', '--audience', 'aud_1'], 'audiences import needs --name'],
  [['--file', 'x.csv', '--name', 'a', '--on-error', 'stop'], '--on-error is "stop". Use skip or abort.'],
  [['--file', 'x.csv', '--name', 'a', '--mode', 'prod'], '--mode is "prod". Use live or test.'],
  [['--file', 'x.csv', '--audience', 'aud_1', '--mode', 'test'], '--mode works only with --name.'],
  [['--file', 'x.csv', '--name', 'x'.repeat(121)], '--name has 121 characters. Use 120 at most.'],
  [['--file', 'nowhere.csv', '--name', 'a'], '--file: nowhere.csv cannot be read (ENOENT). Check the path.'],
  [['--file', '/', '--name', 'a'], '--file: / is not a file. Use the path of a CSV file.'],
])('refuses %j with exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await importing(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
