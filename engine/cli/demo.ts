import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config';
import { startEngine } from '../start';
import { apiOf } from './call-api';
import { columns } from './columns';
import type { Invocation } from './command';
import { play, type Names, type Played } from './demo/play';
import { startReceiver, type Heard } from './demo/receiver';
import { Screen } from './demo/screen';
import { EXIT } from './exit-codes';
import { printJson } from './print';
import { exitCodeOf, onStopSignal, type StopSignal } from './stop-signal';

/** `demo`: the engine's main job from beginning to end, on nothing but this machine. */
export async function run({ json }: Invocation): Promise<number> {
  const screen = new Screen(json);
  const aborted = new AbortController();
  let stoppedBy: StopSignal | null = null;
  void onStopSignal().then((signal) => {
    stoppedBy = signal;
    aborted.abort();
  });

  screen.line('Blueticks demo. All of it happens on this machine; WhatsApp is simulated.');
  screen.line();
  const dataDir = await mkdtemp(join(tmpdir(), 'blueticks-demo-'));
  const closers: (() => Promise<unknown>)[] = [
    () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }),
  ];
  try {
    const startedAt = performance.now();
    // Nothing from the environment: the demo is the same everywhere, and touches no real data.
    const config = readConfig(
      { BLUETICKS_DATA_DIR: dataDir, BLUETICKS_PORT: '0', BLUETICKS_LOG_LEVEL: 'silent' },
      {},
    );
    const engine = await startEngine(config);
    closers.push(() => engine.close());
    const startMs = Math.round(performance.now() - startedAt);
    screen.line(
      `Engine      ${engine.url}, up in ${(startMs / 1000).toFixed(1)} s, database in an empty folder`,
    );

    const names: Names = new Map();
    const firstAt = Date.now();
    const receiver = await startReceiver((event) => screen.line(eventLine(event, names, firstAt)));
    closers.push(() => receiver.close());
    const played = await play(
      apiOf(engine.url, await engine.localKey('test')),
      receiver,
      screen,
      names,
      aborted.signal,
    );

    if (json) printJson(document(played, receiver.heard, startMs));
    else for (const line of closing(played, receiver.heard.length)) screen.line(line);
    return played.faults.length === 0 ? EXIT.ok : EXIT.failed;
  } catch (error) {
    screen.clear();
    if (stoppedBy !== null) return exitCodeOf(stoppedBy);
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function eventLine({ at, type, message, verdict }: Heard, names: Names, since: number): string {
  const seconds = `${((at - since) / 1000).toFixed(1)} s`.padStart(7);
  const signatures = verdict.body && verdict.timed ? '✓ both signatures hold' : '✗ SIGNATURE DOES NOT HOLD';
  return `  ${seconds}   ${type.padEnd(18)}  ${(names.get(message.id) ?? '?').padEnd(7)} ${signatures}`;
}

function closing({ edited, canceled, faults }: Played, events: number): string[] {
  const state = columns([
    [
      'first',
      edited.status,
      `sent ${clock(edited.sent_at)}, read ${clock(edited.read_at)} UTC`,
      `"${edited.text}"`,
    ],
    [
      'second',
      canceled.status,
      `canceled ${clock(canceled.canceled_at)} UTC, sent: ${canceled.sent_at ?? 'never'}`,
    ],
  ]);
  if (faults.length > 0) {
    return [
      '',
      'In the end',
      ...state,
      '',
      'This is not as it must be:',
      ...faults.map((fault) => `  ✗ ${fault}`),
    ];
  }
  return [
    '',
    'In the end',
    ...state,
    '',
    `All as it must be: ${events} events, each signed; the edit went out, the canceled one never did.`,
    '',
    'What to do next',
    ...columns([
      ['Run the engine', 'npx n8n-nodes-blueticks'],
      ['Make a key', 'npx n8n-nodes-blueticks keys create --mode test'],
      ['Add it to n8n', 'Settings → Community nodes → Install: n8n-nodes-blueticks'],
      ['Link your number', 'npx n8n-nodes-blueticks link'],
    ]),
  ];
}

function clock(time: string | null): string {
  return time?.slice(11, 23) ?? 'never';
}

function document({ edited, canceled, faults }: Played, heard: readonly Heard[], startMs: number): object {
  return {
    ok: faults.length === 0,
    faults,
    start_ms: startMs,
    messages: { edited, canceled },
    events: heard.map(({ id, type, message, verdict, at }) => ({
      id,
      type,
      message_id: message.id,
      received_at: new Date(at).toISOString(),
      signatures_hold: verdict.body && verdict.timed,
    })),
  };
}
