/* The parts of the plots in the docs. Coordinates in pixels. */

const INK = '#1f2933';

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
