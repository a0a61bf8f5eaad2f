import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Closing } from '../../../async/closing';
import { readConfig } from '../../../config';
import { startEngine } from '../../../start';
import type { Invocation } from '../../command';
import { apiClient } from '../../engine/call-engine';
import { EXIT } from '../../exit-codes';
import { columns, printJson } from '../../output';
import { exitCodeOf, onStopSignal, type StopSignal } from '../../stop-signal';
import { play, type Names, type Played } from './play';
import { isValid, startReceiver, type ReceivedEvent } from './receiver';
import { Screen } from './screen';

/** `demo`: the engine's main job from start to finish, all on this machine. */
export async function run({ json }: Invocation): Promise<number> {
  const screen = new Screen(json);
  const aborted = new AbortController();
  let stoppedBy: StopSignal | null = null;
  void onStopSignal().then((signal) => {
    stoppedBy = signal;
    aborted.abort();
  });

  screen.line('Blueticks demo. Everything happens on this machine; WhatsApp is simulated.');
  screen.line();
  const closing = new Closing((error) => {
    throw error;
  });
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'blueticks-demo-'));
    closing.add(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    const startedAt = performance.now();
    // Ignores the environment: the demo is the same everywhere, and touches no real data.
    const config = readConfig(
      { BLUETICKS_DATA_DIR: dataDir, BLUETICKS_PORT: '0', BLUETICKS_LOG_LEVEL: 'silent' },
      {},
    );
    const engine = await startEngine(config);
    closing.add(() => engine.close());
    const startMs = Math.round(performance.now() - startedAt);
    screen.line(
      `Engine      ${engine.url}, up in ${(startMs / 1000).toFixed(1)} s, database in an empty folder`,
    );

    const names: Names = new Map();
    const firstAt = Date.now();
    const receiver = await startReceiver((event) => screen.line(eventLine(event, names, firstAt)));
    closing.add(() => receiver.close());
    const call = apiClient(`${engine.url}/v1`, await engine.localKey('test'));
    const played = await play(call, receiver, screen, names, aborted.signal);

    if (json) printJson(report(played, receiver.received, startMs));
    else for (const line of summary(played, receiver.received.length)) screen.line(line);
    return played.faults.length === 0 ? EXIT.ok : EXIT.failed;
  } catch (error) {
    screen.clear();
    if (stoppedBy !== null) return exitCodeOf(stoppedBy);
    throw error;
  } finally {
    await closing.run();
  }
}

function eventLine({ at, type, message, verdict }: ReceivedEvent, names: Names, since: number): string {
  const seconds = `${((at - since) / 1000).toFixed(1)} s`.padStart(7);
  const signatures = isValid(verdict) ? '✓ both signatures valid' : '✗ WRONG SIGNATURE';
  return `  ${seconds}   ${type.padEnd(18)}  ${(names.get(message.id) ?? '?').padEnd(7)} ${signatures}`;
}

function summary({ edited, canceled, faults }: Played, events: number): string[] {
  const result = [
    '',
    'Result',
    ...columns([
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
    ]),
    '',
  ];
  if (faults.length > 0) return [...result, 'This went wrong:', ...faults.map((fault) => `  ✗ ${fault}`)];
  return [
    ...result,
    `Everything worked: ${events} signed events, the edited message was sent, the canceled one was not.`,
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

function report(
  { edited, canceled, faults }: Played,
  received: readonly ReceivedEvent[],
  startMs: number,
): object {
  return {
    ok: faults.length === 0,
    faults,
    start_ms: startMs,
    messages: { edited, canceled },
    events: received.map(({ id, type, message, verdict, at }) => ({
      id,
      type,
      message_id: message.id,
      received_at: new Date(at).toISOString(),
      signatures_hold: isValid(verdict),
    })),
  };
}
