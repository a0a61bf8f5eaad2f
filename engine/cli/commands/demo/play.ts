import { setTimeout as sleep } from 'node:timers/promises';
import type { CallEngine } from '../../engine/call-engine';
import { faultsOf, type ShownMessage } from './judge';
import type { ReceivedEvent, Receiver } from './receiver';
import type { Screen } from './screen';

const RECIPIENT = '+15005550001';
/** The API requires at least 10 s. */
const AHEAD_MS = 10_400;
const TEXT = 'Your appointment is tomorrow at 9:00.';
const NEW_TEXT = 'Your appointment is tomorrow at 10:30.';
/** In the sandbox, a message is read about 4 s after it is due. */
const PATIENCE_MS = 30_000;
/** Long enough for the canceled message, due at the same time, to show up if it was sent. */
const LINGER_MS = 1_500;
const TICK_MS = 100;

const EVENTS = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'canceled'].map(
  (e) => `message.${e}`,
);

export interface Played {
  edited: ShownMessage;
  canceled: ShownMessage;
  faults: string[];
}

/** Message ids to their names in the list of events: `first` or `second`. */
export type Names = Map<string, string>;

/**
 * Registers the receiver, schedules two messages, edits one, cancels the other, and waits for the outcome.
 * @throws the signal's reason if it is aborted.
 */
export async function play(
  call: CallEngine,
  receiver: Receiver,
  screen: Screen,
  names: Names,
  signal: AbortSignal,
): Promise<Played> {
  const from = performance.now();
  const webhook = await call<{ secret: string }>('POST', '/webhooks', { url: receiver.url, events: EVENTS });
  // A slow machine must not find the time too close when it reads the next request.
  const aheadMs = AHEAD_MS + Math.round(2 * (performance.now() - from));
  receiver.trust(webhook.secret);
  screen.line(`Webhook     ${receiver.url} receives every event`);

  const schedule = (): Promise<ShownMessage> => {
    const sendAt = new Date(Date.now() + aheadMs).toISOString();
    return call('POST', '/scheduled-messages', { type: 'text', to: RECIPIENT, text: TEXT, send_at: sendAt });
  };
  const first = await schedule();
  const dueAt = Date.parse(first.send_at ?? '');
  names.set(first.id, 'first');
  screen.line(`Scheduled   first, to ${RECIPIENT} in ${(aheadMs / 1000).toFixed(1)} s: "${TEXT}"`);
  const second = await schedule();
  names.set(second.id, 'second');
  screen.line('Scheduled   second, the same again');
  await call('PATCH', `/scheduled-messages/${first.id}`, { text: NEW_TEXT });
  screen.line(`Edited      first: "${NEW_TEXT}"`);
  await call('POST', `/scheduled-messages/${second.id}/cancel`);
  screen.line('Canceled    second');
  screen.line();

  await waitForEnd(first.id, dueAt, receiver, screen, signal);
  const edited = await call<ShownMessage>('GET', `/scheduled-messages/${first.id}`);
  const canceled = await call<ShownMessage>('GET', `/scheduled-messages/${second.id}`);
  const faults = faultsOf({ received: receiver.received, edited, canceled, text: NEW_TEXT });
  return { edited, canceled, faults };
}

async function waitForEnd(
  id: string,
  dueAt: number,
  receiver: Receiver,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  const isEnd = (event: ReceivedEvent): boolean =>
    event.message.id === id && ['message.read', 'message.failed'].includes(event.type);
  const deadline = dueAt + PATIENCE_MS;
  while (Date.now() < deadline && !receiver.received.some(isEnd)) {
    const left = dueAt - Date.now();
    if (left > 0) screen.status(`            first goes in ${(left / 1000).toFixed(1)} s`);
    else screen.clear();
    await sleep(TICK_MS, undefined, { signal });
  }
  await sleep(LINGER_MS, undefined, { signal });
}
