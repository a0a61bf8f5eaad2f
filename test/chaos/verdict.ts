import type { Delivery } from './event-receiver';
import type { HandOver } from '../support/engine/hand-overs';
import { fateOf } from './recipients';
import type { Acknowledged } from './traffic';

/** A message as the API shows it at the end. */
export interface Shown {
  id: string;
  key: string | null;
  to: string;
  text: string;
  status: string;
  failure_reason: string | null;
  sent_at: string | null;
}

export interface Evidence {
  acknowledged: readonly Acknowledged[];
  shown: readonly Shown[];
  handOvers: readonly HandOver[];
  deliveries: readonly Delivery[];
}

/** Every promise that was not kept, one line each; empty when all were. */
export function faultsOf(evidence: Evidence): string[] {
  const shown = new Map(evidence.shown.map((message) => [message.id, message]));
  const known = new Set(evidence.acknowledged.map(({ id }) => id));
  const handOvers = groupBy(evidence.handOvers, ({ wireId }) => wireId);
  const deliveries = groupBy(evidence.deliveries, ({ messageId }) => messageId ?? 'none');
  const ownWireIds = new Set<string>();
  const faults: string[] = evidence.shown
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => `${id} was created twice, or without an acknowledgement`);
  for (const message of evidence.acknowledged) {
    const now = shown.get(message.id);
    if (!now) {
      faults.push(`${message.id} was acknowledged and is gone`);
      continue;
    }
    const wireId = now.key?.split('_')[2] ?? null;
    if (wireId) ownWireIds.add(wireId);
    const say = (fault: string): void =>
      void faults.push(`${message.id} to ${message.to} (${now.status}): ${fault}`);
    checkState(message, now, say);
    checkHandOvers(message, now, handOvers.get(wireId ?? '') ?? [], say);
    checkEvents(message, deliveries.get(message.id) ?? [], say);
  }
  for (const wireId of handOvers.keys()) {
    if (!ownWireIds.has(wireId)) faults.push(`${wireId} was handed over and belongs to no message`);
  }
  const badlySigned = evidence.deliveries.filter(({ wellSigned }) => !wellSigned).length;
  if (badlySigned > 0) faults.push(`${badlySigned} deliveries were badly signed`);
  return faults;
}

type Say = (fault: string) => void;

function checkState(message: Acknowledged, now: Shown, say: Say): void {
  const fate = fateOf(message.to);
  const status = message.canceled ? 'canceled' : fate.status;
  if (now.status !== status) say(`should be ${status}`);
  else if (!message.canceled && (now.failure_reason ?? undefined) !== fate.reason)
    say(`failed as ${now.failure_reason}, not ${fate.reason}`);
  if (now.text !== message.text && now.text !== message.perhapsText) say('has not the acknowledged text');
}

function checkHandOvers(message: Acknowledged, now: Shown, handOvers: HandOver[], say: Say): void {
  if (message.canceled) {
    if (now.key !== null || handOvers.length > 0) say('was canceled and handed over all the same');
    return;
  }
  if (handOvers.length === 0) say('was never handed over');
  if (handOvers.some(({ text }) => text !== now.text)) say('was handed over with another text than it shows');
}

function checkEvents(message: Acknowledged, deliveries: Delivery[], say: Say): void {
  const taken = groupBy(
    deliveries.filter((delivery) => delivery.taken),
    ({ type }) => type,
  );
  for (const [type, ofType] of groupBy(deliveries, (delivery) => delivery.type)) {
    if (new Set(ofType.map(({ eventId }) => eventId)).size > 1)
      say(`${type} was told under several event ids`);
    if (new Set(ofType.map(({ bodyHash }) => bodyHash)).size > 1)
      say(`${type} was repeated with other bytes`);
  }
  const queuedAtOnce = message.sendAt === null ? ['message.queued'] : [];
  const expected = message.canceled ? [...queuedAtOnce, 'message.canceled'] : fateOf(message.to).events;
  for (const type of expected) if (!taken.has(type)) say(`${type} was never told`);
  for (const type of taken.keys()) if (!expected.includes(type)) say(`${type} was told and did not happen`);
}

/** How often an event came again after it had been told, under the same id. */
export function repeatedDeliveries(deliveries: readonly Delivery[]): number {
  return deliveries.length - new Set(deliveries.map(({ eventId }) => eventId)).size;
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
