import { Pacer, type PacingRules } from '../../engine/domain/pacing/pacer';
import { PacingHistory, type Paced } from '../../engine/domain/pacing/history';
import type { PriorityRank } from '../../engine/domain/messages/priority';

/** A message to send in the simulated world. */
export interface Wish extends Paced {
  rank: PriorityRank;
  /** It may be sent from this moment on (epoch ms). */
  dueAt: number;
}

/** A sent message: the lane claimed it at `claimedAt` and handed it over at `at`. */
export interface Sent extends Wish {
  claimedAt: number;
  at: number;
}

/** A random number generator that returns the same numbers in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Plays a lane in virtual time. Whenever the pacer allows it, the first allowed message is sent: by priority, then by
 * `dueAt`, then by position in the list. Getting a message ready takes up to `slowestMs`.
 */
export function play(
  wishes: readonly Wish[],
  rules: PacingRules,
  start: number,
  { slowestMs = 0, seed = 7, until = Infinity }: { slowestMs?: number; seed?: number; until?: number } = {},
): Sent[] {
  const draw = seeded(seed);
  const history = new PacingHistory();
  const pacer = new Pacer(rules, history, seed);
  const coming = wishes.map((wish) => wish).sort((a, b) => a.dueAt - b.dueAt);
  const waiting = new Queues();
  const sent: Sent[] = [];
  let now = start;
  let nextComing = 0;
  while (now < until) {
    while (nextComing < coming.length && coming[nextComing]!.dueAt <= now) waiting.add(coming[nextComing++]!);
    const wish = waiting.take(
      pacer.lowestRank(false, now),
      pacer.lowestRank(true, now),
      pacer.closedCampaigns(now),
    );
    if (wish) {
      const at = now + Math.floor(draw() * slowestMs);
      history.claim(wish, now);
      history.handOver(wish, at);
      sent.push({ ...wish, claimedAt: now, at });
      now = at;
      continue;
    }
    const change = waiting.isEmpty ? Infinity : pacer.nextChange(now);
    const next = Math.min(change, coming[nextComing]?.dueAt ?? Infinity);
    if (next === Infinity) return sent;
    now = next;
  }
  return sent;
}

/** What is due, in the order in which the lane sends it. */
class Queues {
  /** By priority; first known chats, then new contacts. */
  private readonly lists = [0, 1, 2].map(() => [new List(), new List()] as const);
  private count = 0;
  private length = 0;

  get isEmpty(): boolean {
    return this.length === 0;
  }

  add(wish: Wish): void {
    this.length += 1;
    this.lists[wish.rank]![wish.newContact ? 1 : 0].push({ wish, place: this.count++ });
  }

  take(known: PriorityRank | null, newContacts: PriorityRank | null, closed: string[]): Wish | null {
    for (const [rank, lists] of this.lists.entries()) {
      const open = lists.filter((_, isNew) => rank <= ((isNew ? newContacts : known) ?? -1));
      const firsts = open.map((list) => ({ list, index: list.first(closed) })).filter((f) => f.index >= 0);
      firsts.sort((a, b) => a.list.placeOf(a.index) - b.list.placeOf(b.index));
      if (firsts[0]) {
        this.length -= 1;
        return firsts[0].list.remove(firsts[0].index);
      }
    }
    return null;
  }
}

class List {
  private items: { wish: Wish; place: number }[] = [];
  private head = 0;

  push(item: { wish: Wish; place: number }): void {
    this.items.push(item);
  }

  first(closedCampaigns: string[]): number {
    for (let i = this.head; i < this.items.length; i += 1)
      if (!closedCampaigns.includes(this.items[i]!.wish.campaignId ?? '')) return i;
    return -1;
  }

  placeOf(index: number): number {
    return this.items[index]!.place;
  }

  remove(index: number): Wish {
    const { wish } = this.items[index]!;
    if (index === this.head) this.head += 1;
    else this.items.splice(index, 1);
    return wish;
  }
}

/** The most moments in any window of `windowMs`. `times` must be sorted. */
export function fullest(times: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  times.forEach((at, last) => {
    while (times[first]! <= at - windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
