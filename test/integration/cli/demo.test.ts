import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentOf, run, start } from './command-line';

jest.setTimeout(60_000);

// Settings of a real engine must not reach the demo: it would touch real data.
const REAL = {
  BLUETICKS_DATA_DIR: '/dev/null/x',
  DATABASE_URL: 'postgres://127.0.0.1:1/x',
  BLUETICKS_PORT: '1',
};

const demoFolders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('blueticks-demo-'));

describe('demo', () => {
  test('plays to the end, tells what happened, and leaves nothing behind', async () => {
    const before = await demoFolders();
    const { code, stdout, stderr } = await run(['demo'], REAL);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const happened = [
      /Scheduled {3}first, to \+15005550001 in 10\.5 s: "Your appointment is tomorrow at 9:00\."/,
      /Edited {6}first: "Your appointment is tomorrow at 10:30\."/,
      /Canceled {4}second/,
      /message\.canceled +second +✓ both signatures hold/,
      /first goes in \d\.\d s/,
      /message\.sending +first +✓/,
      /message\.sent +first +✓/,
      /message\.delivered +first +✓/,
      /message\.read +first +✓/,
      /In the end\n {2}first +read .*"Your appointment is tomorrow at 10:30\."\n {2}second +canceled .*sent: never/,
      /All as it must be/,
      /What to do next[^]*keys create --mode test[^]*n8n/,
    ];
    let from = 0;
    for (const pattern of happened) {
      const at = stdout.slice(from).search(pattern);
      expect(at >= 0 ? 'shown' : `${pattern} is not shown after:\n${stdout.slice(0, from)}`).toBe('shown');
      from += at;
    }
    expect(await demoFolders()).toEqual(before);
  });

  test('--json: one document with every event', async () => {
    const end = await run(['demo', '--json'], REAL);
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

  test('Ctrl+C ends it, and leaves nothing behind', async () => {
    const before = await demoFolders();
    const demo = start(['demo']);
    while (!demo.output().includes('Canceled')) await sleep(50);
    demo.kill('SIGINT');
    expect((await demo.ended).code).toBe(130);
    expect(await demoFolders()).toEqual(before);
  });
});
