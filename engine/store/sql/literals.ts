/**
 * A list of our own constants as SQL literals: `'a', 'b'`. The planner uses a partial index only for a condition that
 * it can compare with the index's own, which it cannot do with a parameter.
 */
export function literals(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(', ');
}
