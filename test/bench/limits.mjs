/** Prints a figure beside its limit. @param relation `≤` or `≥` */
export function printed(what, value, relation, limit) {
  const isKept = relation === '≤' ? value <= limit : value >= limit;
  const shown = value.toFixed(limit !== 0 && limit < 25 ? 2 : 0);
  console.log(`${what.padEnd(72)} ${shown.padStart(8)}  ${relation} ${limit}  ${isKept ? '✓' : '✗'}`);
}

/** A figure that has no limit. */
export function noted(text) {
  console.log(`    ${text}`);
}
