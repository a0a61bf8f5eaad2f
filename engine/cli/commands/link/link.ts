import type { EngineConfig } from '../../../config';
import type { EngineParts } from '../../../index';
import { startEngine } from '../../../start';
import type { Invocation } from '../../command';
import { controlClient, apiClient, type CallEngine } from '../../engine/call-engine';
import { openOrFindEngine } from '../../engine/open-or-find-engine';
import { EXIT } from '../../exit-codes';
import { columns, print, printJson } from '../../output';
import { exitCodeOf, onStopSignal, type StopSignal } from '../../stop-signal';
import { chooseSession, type ShownSession } from './choose-session';
import { LinkScreen } from './link-screen';
import { readLinkInput, type LinkInput } from './read-input';
import { waitForPhone } from './wait-for-phone';

/** `link`: links a WhatsApp number, through the running engine, or with one of its own for as long as it takes. */
export async function run({ flags, json, config, parts }: Invocation): Promise<number> {
  const input = readLinkInput(flags);
  const screen = new LinkScreen(json);
  const aborting = new AbortController();
  let stoppedBy: StopSignal | null = null;
  void onStopSignal().then((signal) => {
    stoppedBy = signal;
    aborting.abort();
  });

  let engine: LinkingEngine | undefined;
  try {
    engine = await openEngine(config, parts, aborting.signal);
    const session = await chooseSession(engine.call, input);
    for (const line of instructions(session, input)) screen.line(line);
    const linked = await waitForPhone(engine.call, session.id, input, screen, aborting.signal);
    if (json) printJson({ ...linked, engine_running: !engine.isOurs });
    else print(closing(linked, engine.isOurs));
    return EXIT.ok;
  } catch (error) {
    if (stoppedBy !== null) return exitCodeOf(stoppedBy);
    throw error;
  } finally {
    await engine?.close();
  }
}

/** An engine to link a number with. */
interface LinkingEngine {
  /** Calls paths under `/v1`. */
  call: CallEngine;
  /** It was started for this command and ends with it. */
  isOurs: boolean;
  close(): Promise<void>;
}

/** @throws DataFolderInUse if a process has the folder and does not answer. */
async function openEngine(
  config: EngineConfig,
  parts: EngineParts,
  aborted: AbortSignal,
): Promise<LinkingEngine> {
  // A log would run through the QR code, and problems with the link are shown as the session's reason anyway.
  const quiet: EngineConfig = { ...config, host: '127.0.0.1', port: 0, logLevel: 'silent' };
  const found = await openOrFindEngine(config.dataDir, () => startEngine(quiet, parts));
  if ('opened' in found) {
    const { opened } = found;
    const call = apiClient(`${opened.url}/v1`, await opened.localKey('live'), aborted);
    return { call, isOurs: true, close: () => opened.close() };
  }
  const { url } = found.engine;
  const control = controlClient(found.engine, aborted);
  const { api_key: key } = await control<{ api_key: string }>('POST', '/keys', { mode: 'live' });
  return { call: apiClient(`${url}/v1`, key, aborted), isOurs: false, close: async () => undefined };
}

function instructions({ id, name, phone }: ShownSession, { pairingPhone }: LinkInput): string[] {
  const label = name === null ? id : `"${name}" (${id})`;
  return [
    `Linking a phone to the session ${label}.`,
    ...(phone === null
      ? []
      : [`It had the number ${phone} and accepts only that number again. For another one, use --name.`]),
    '',
    ...(pairingPhone === null
      ? ['On the phone: WhatsApp → Settings → Linked devices → Link a device, and scan this:']
      : [
          `On the phone with ${pairingPhone}: WhatsApp → Settings → Linked devices → Link a device →`,
          'Link with phone number instead, and type this code:',
        ]),
    '',
  ];
}

function closing({ id, phone, push_name: pushName, state, reason }: ShownSession, isOurs: boolean): string {
  return [
    '',
    `Linked: ${phone}${pushName === null ? '' : ` (${pushName})`}`,
    ...(state === 'restricted'
      ? [`WhatsApp restricts it: ${reason ?? 'it may write to known people only'}`]
      : []),
    '',
    ...columns([
      ['Session', id],
      isOurs
        ? ['Start the engine', 'npx n8n-nodes-blueticks']
        : ['Engine', 'is running, and sends from this number from now on'],
      ['Make a key', 'npx n8n-nodes-blueticks keys create --mode live'],
    ]),
  ].join('\n');
}
