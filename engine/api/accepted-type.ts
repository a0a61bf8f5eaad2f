/**
 * The offered type that the client prefers (RFC 9110, 12.5.1); the first one if it has no preference or accepts none.
 * Libraries break ties by the client's order, this by the route's: see docs/decisions/libraries.md.
 * @param accept the `Accept` header
 * @param offered such as `image/png`, the route's preferred one first
 */
export function acceptedType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  const ranges = (accept ?? '').split(',').map(readRange);
  let best: { type: Type; quality: number } = { type: offered[0], quality: 0 };
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > best.quality) best = { type, quality };
  }
  return best.type;
}

interface Range {
  /** `image/png`, `image/*` or `*\/*`, in lower case. */
  range: string;
  quality: number;
}

function readRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = weight === undefined ? 1 : Number(weight);
  return { range, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most specific matching range decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.split('/')[0]}/*`;
  for (const fitting of [type, family, '*/*']) {
    const found = ranges.find(({ range }) => range === fitting);
    if (found) return found.quality;
  }
  return 0;
}
