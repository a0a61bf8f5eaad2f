import type { Contact } from '../wire/people/contact';
import type { Received } from '../wire/people/inbox';
import { groupBy, type Shown } from './verdict';
import type { Acknowledged } from './traffic';

/** Every third person's phone sends no receipts. */
export const isSilent = (number: string): boolean => Number(number.slice(-3)) % 3 === 0;

/** What the people's phones have, against what the engine promised; one line for each promise not kept. */
export function linkedFaults(
  acknowledged: readonly Acknowledged[],
  shown: readonly Shown[],
  people: ReadonlyMap<string, Contact>,
): string[] {
  const faults: string[] = [];
  const rows = new Map(shown.map((row) => [row.id, row]));
  const promised = new Set<string>();
  for (const message of acknowledged) {
    const say = (fault: string): void => void faults.push(`${message.id} to ${message.to}: ${fault}`);
    const row = rows.get(message.id);
    if (!row) {
      say('was acknowledged and is gone');
      continue;
    }
    const phone = people.get(message.to)!.received;
    const texts = [message.text, message.perhapsText];
    const copies = phone.filter(({ text }) => texts.includes(text ?? ''));
    const wireId = row.key?.split('_')[2];
    if (wireId) promised.add(wireId);
    if (message.canceled) {
      if (row.status !== 'canceled') say(`is ${row.status} and not canceled`);
      if (copies.length > 0) say('was canceled and came all the same');
      continue;
    }
    const status = isSilent(message.to) ? 'sending' : 'read';
    if (row.status !== status || row.sent_at === null) say(`is ${row.status} and not ${status}`);
    if (copies.length === 0) say('was lost');
    if (copies.length > 1) say(`came under ${copies.length} wire ids`);
    if (copies.some(({ id }) => id !== wireId)) say('came under another wire id than it shows');
    if (copies.some(({ text }) => text !== row.text)) say('came with another text than it shows');
  }
  for (const { id, text } of allReceived(people))
    if (!promised.has(id)) faults.push(`${id} (${text}) came and belongs to no message`);
  return faults;
}

/** How many wire ids came more than once: repeats that a phone shows as one. */
export function repeats(people: ReadonlyMap<string, Contact>): number {
  return allReceived(people).reduce((sum, { copies }) => sum + copies - 1, 0);
}

/** Wire ids that two people have. */
export function strays(people: ReadonlyMap<string, Contact>): number {
  return [...groupBy(allReceived(people), ({ id }) => id).values()].filter((same) => same.length > 1).length;
}

function allReceived(people: ReadonlyMap<string, Contact>): Received[] {
  return [...people.values()].flatMap(({ received }) => [...received]);
}
