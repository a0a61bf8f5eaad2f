/**
 * The known word that was most likely meant by `typed`: the one with the fewest letters changed, added, missing or
 * swapped (optimal string alignment distance), or one that begins with what was typed.
 * @returns undefined if none is close.
 */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const beginning = known.find((word) => typed.length >= 2 && word.startsWith(typed));
  const [best] = known
    .map((word) => ({ word, distance: distanceBetween(typed, word) }))
    .sort((a, b) => a.distance - b.distance);
  const limit = Math.max(1, Math.floor(typed.length / 3));
  return best && best.distance <= limit ? best.word : beginning;
}

function distanceBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      rows[i]![j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change, swapped);
    }
  }
  return at(a.length, b.length);
}
