import type { BurstSettings } from '../../engine/domain/bursts/burst-settings';

/** A message that somebody wrote. */
export interface Written {
  /** Its wire id. */
  id: string;
  from: string;
}

/** An event, of one or several messages. */
export interface ReceivedBurst {
  id: string;
  /** When it was stored, in epoch milliseconds. */
  at: number;
  /** `timestamp`: when it was written, as WhatsApp says. */
  messages: { id: string; timestamp: string }[];
}

/** Time in which nothing can be told, in epoch milliseconds. */
interface Down {
  from: number;
  to: number;
}

/** How late a burst may be while the engine runs. */
const LATE_MS = 1_000;

/**
 * What is wrong with the bursts that were told. Each message is in one, together with others of its writer, in the order
 * in which they were written, or received if that was in the same second. None is late: not while the engine runs.
 * @param alone the same messages, told one by one as they were received
 */
export function burstFaults(
  written: readonly Written[],
  bursts: readonly ReceivedBurst[],
  alone: readonly ReceivedBurst[],
  { most_s, most_messages }: BurstSettings,
  downs: readonly Down[],
): { faults: string[]; bursts: number; latestMs: number } {
  const faults: string[] = [];
  const byId = new Map(written.map((one) => [one.id, one]));
  const received = alone.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const receivedAt = new Map(received.map(({ at, messages }) => [messages[0]!.id, at]));
  const placeOf = new Map(received.map(({ messages }, place) => [messages[0]!.id, place]));
  const times = new Map<string, number>();
  let latestMs = -Infinity;
  for (const { id, at, messages } of bursts) {
    const parts = messages.map((message) => byId.get(message.id));
    for (const message of messages) times.set(message.id, (times.get(message.id) ?? 0) + 1);
    if (parts.includes(undefined)) faults.push(`${id} has a message that nobody wrote`);
    if (new Set(parts.map((part) => part?.from)).size > 1) faults.push(`${id} mixes people`);
    if (messages.length > most_messages) faults.push(`${id} has ${messages.length} messages`);
    const sorted = messages.toSorted(
      (one, other) =>
        Date.parse(one.timestamp) - Date.parse(other.timestamp) ||
        placeOf.get(one.id)! - placeOf.get(other.id)!,
    );
    if (sorted.some((message, place) => message !== messages[place])) faults.push(`${id} is not in order`);
    const first = Math.min(...messages.map((message) => receivedAt.get(message.id) ?? Infinity));
    const lateMs = at - (first + most_s * 1000) - downMs(downs, first, at);
    latestMs = Math.max(latestMs, lateMs);
    if (lateMs > LATE_MS) faults.push(`${id} is ${lateMs} ms late`);
  }
  for (const { id, from } of written)
    if (times.get(id) !== 1) faults.push(`message ${id} of ${from} was told ${times.get(id) ?? 0} times`);
  return { faults, bursts: bursts.length, latestMs };
}

/** How much of the time was down, with a while to start. */
function downMs(downs: readonly Down[], from: number, to: number): number {
  return downs.reduce((sum, down) => sum + Math.max(0, Math.min(to, down.to) - Math.max(from, down.from)), 0);
}
