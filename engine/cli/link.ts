import { columns } from './columns';
import type { Invocation } from './command';
import { EXIT } from './exit-codes';
import { chooseSession, type ShownSession } from './link/choose-session';
import { LinkScreen } from './link/link-screen';
import { openEngine } from './link/open-engine';
import { readLinkInput, type LinkInput } from './link/read-input';
import { waitForPhone } from './link/wait-for-phone';
import { print, printJson } from './print';
import { exitCodeOf, onStopSignal, type StopSignal } from './stop-signal';

/** `link`: links a WhatsApp number, through the engine that runs, or with one of its own for as long as it takes. */
export async function run({ flags, json, config, parts }: Invocation): Promise<number> {
  const input = readLinkInput(flags);
  const screen = new LinkScreen(json);
  const aborting = new AbortController();
  let stoppedBy: StopSignal | null = null;
  void onStopSignal().then((signal) => {
    stoppedBy = signal;
    aborting.abort();
  });

  const engine = await openEngine(config, parts, aborting.signal);
  try {
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
    await engine.close();
  }
}

function instructions({ id, name, phone }: ShownSession, { pairingPhone }: LinkInput): string[] {
  const called = name === null ? id : `"${name}" (${id})`;
  return [
    `Linking a phone to the session ${called}.`,
    ...(phone === null
      ? []
      : [`It had the number ${phone} and takes only that one again; for another, give --name.`]),
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
