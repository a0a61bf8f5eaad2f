import { readdir } from 'node:fs/promises';
import { until } from '../../support/engine/until';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { documentOf, run, SLOW_MS, start, type Ended } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

// Settings of a real engine must not reach the demo: it would touch real data.
const REAL = {
  BLUETICKS_DATA_DIR: '/dev/null/x',
  DATABASE_URL: 'postgres://127.0.0.1:1/x',
  BLUETICKS_PORT: '1',
};

describe('demo', () => {
  // Each takes 15 s, mostly waiting, so they run in parallel.
  let folders: TempFolder[];
  let ends: [Promise<Ended>, Promise<Ended>, Promise<Ended>];

  beforeAll(async () => {
    folders = await Promise.all(['words', 'json', 'stopped'].map((name) => tempFolder(`demo-${name}`)));
    const [words, json, stopped] = folders.map(({ path }) => ({ ...REAL, TMPDIR: path }));
    const demo = start(['demo'], stopped);
    ends = [run(['demo'], words), run(['demo', '--json'], json), demo.ended];
    await until('the demo waits', () => demo.output().includes('Canceled'), 90_000);
    demo.kill('SIGINT');
    await Promise.all(ends);
  });
  afterAll(() => Promise.all(folders.map((folder) => folder.remove())));

  it('runs to the end and shows what happened', async () => {
    const { code, stdout, stderr } = await ends[0];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const happened = [
      /Scheduled {3}first, to \+15005550001 in \d+\.\d s: "Your appointment is tomorrow at 9:00\."/,
      /Edited {6}first: "Your appointment is tomorrow at 10:30\."/,
      /Canceled {4}second/,
      /message\.canceled +second +✓ both signatures valid/,
      /first goes in \d\.\d s/,
      /message\.sending +first +✓/,
      /message\.sent +first +✓/,
      /message\.delivered +first +✓/,
      /message\.read +first +✓/,
      /Result\n {2}first +read .*"Your appointment is tomorrow at 10:30\."\n {2}second +canceled .*sent: never/,
      /Everything worked/,
      /What to do next[^]*keys create --mode test[^]*n8n/,
    ];
    let from = 0;
    for (const pattern of happened) {
      const at = stdout.slice(from).search(pattern);
      expect(at >= 0 ? 'shown' : `${pattern} is not shown after:\n${stdout.slice(0, from)}`).toBe('shown');
      from += at;
    }
  });

  it('prints one document with every event with --json', async () => {
    const end = await ends[1];
    const demo = documentOf(end);
    expect(demo).toMatchObject({ ok: true, faults: [] });
    const { edited, canceled } = demo.messages;
    expect(edited).toMatchObject({ status: 'read', text: 'Your appointment is tomorrow at 10:30.' });
    expect(canceled).toMatchObject({ status: 'canceled', sent_at: null });
    const late = Date.parse(edited.sent_at) - Date.parse(edited.send_at);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(5_000);
    const told = demo.events as { type: string; message_id: string; signatures_hold: boolean }[];
    expect(told.filter((event) => event.message_id === canceled.id).map((event) => event.type)).toEqual([
      'message.canceled',
    ]);
    expect(told.every((event) => event.signatures_hold)).toBe(true);
    expect(end.code).toBe(0);
  });

  it('ends on Ctrl+C', async () => {
    const { code, stdout, stderr } = await ends[2];
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).not.toContain('message.sent');
  });

  it('leaves nothing behind', async () => {
    for (const folder of folders) expect(await readdir(folder.path)).toEqual([]);
  });
});
