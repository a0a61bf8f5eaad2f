/* The parts of the plots in the docs. Coordinates in pixels. */

const DAY = 86_400_000;

export const INK = '#1f2933';
export const FAINT = '#8795a1';
export const LINE = '#2b6cb0';

/** A whole picture. @param label what it shows, for those who do not see it */
export function picture(width: number, height: number, label: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${label}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** A part of a bar that fills the place of a day. */
export function bar(left: number, width: number, top: number, bottom: number, color: string): string {
  return `<rect x="${n(left + 2)}" y="${n(top)}" width="${n(width - 4)}" height="${n(bottom - top)}" fill="${color}"/>`;
}

/** A level for each day. */
export function steps(
  levels: readonly number[],
  x: (day: number) => number,
  y: (count: number) => number,
): string {
  const path = levels.map(
    (level, day) => `${day === 0 ? 'M' : 'L'}${n(x(day))},${n(y(level))}H${n(x(day + 1))}`,
  );
  return `<path d="${path.join('')}" fill="none" stroke="${INK}" stroke-width="1.5"/>`;
}

/** How many were sent by the end of each of so many days. */
export function progress(times: readonly number[], start: number, days: number): number[] {
  return Array.from({ length: days }, (_, day) => times.filter((at) => at < start + (day + 1) * DAY).length);
}

/** The sums from the first day on. */
export function cumulated(perDay: readonly number[]): number[] {
  let sum = 0;
  return perDay.map((count) => (sum += count));
}

/** How many went by the end of each day. */
export function curve(
  ends: readonly number[],
  x: (day: number) => number,
  y: (count: number) => number,
  color: string,
  dash: string,
): string {
  const points = [0, ...ends].map((count, day) => `${n(x(day))},${n(y(count))}`).join(' ');
  return `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}" opacity="0.75"` : ''}/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, color: string, width = 1): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${color}" stroke-width="${width}"/>`;
}

interface TextStyle {
  anchor?: string;
  color?: string;
  size?: number;
  bold?: boolean;
}

export function text(
  x: number,
  y: number,
  content: string,
  { anchor = 'start', color = INK, size = 12, bold }: TextStyle,
): string {
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight}>${content}</text>`;
}

/** To a tenth. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);
