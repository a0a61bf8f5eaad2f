import type { Turn } from './pacer';

/** Returns the earliest time, from `at` on, that one rule allows (epoch ms), and the rule's name if that is later. */
export type TurnRule<Reason> = (at: number) => Turn<Reason>;

/** Hours of two rules that do not meet within a year, whatever the clocks do, never meet. */
const MOST_ROUNDS = 400;

/**
 * The earliest time, from `from` on, that every rule allows, and the rule that held it up last. Infinity if one never
 * allows it, or two never at the same time, such as a send window within quiet hours.
 */
export function earliestTurn<Reason>(from: number, rules: readonly TurnRule<Reason>[]): Turn<Reason> {
  let turn: Turn<Reason> = { at: from, by: null };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { at } = turn;
    for (const rule of rules) {
      const wait = rule(turn.at);
      if (wait.at > turn.at) turn = wait;
      if (turn.at === Infinity) return turn;
    }
    if (turn.at === at) return turn;
  }
  return { at: Infinity, by: turn.by };
}

/** Nothing before `moment`; null for no rule. */
export function notBefore<Reason>(moment: number | null, by: Reason): TurnRule<Reason>[] {
  return moment === null ? [] : [(at) => ({ at: Math.max(at, moment), by })];
}
