import { limitsOn } from '../../engine/domain/pacing/limits';
import { bar, cumulated, curve, FAINT, INK, LINE, line, picture, progress, steps, text } from './svg';
import { START, type PlayedTogether } from './three-numbers';

const DAY = 86_400_000;
const WIDTH = 960;
const HEIGHT = 560;
const LEFT = 64;
const RIGHT = 64;
const TOP = 84;
const BOTTOM = 56;
const GAP = 34;
const COLORS = ['#7fb8a4', '#5b8db8', '#8f6fb0'];
const NEW = '#e08e45';

/** The plot in docs/campaigns.md: what each number sent each day, its limit, its quota, and the forecast. */
export function plotOfThree(played: PlayedTogether): string {
  const days = Math.ceil((played.endedAt - START) / DAY);
  const band = (WIDTH - LEFT - RIGHT) / days;
  const x = (day: number): number => LEFT + day * band;
  const height = (HEIGHT - TOP - BOTTOM - 2 * GAP) / 3;
  const parts: string[] = [];
  played.numbers.forEach(({ name, rules, quota, sent }, index) => {
    const base = TOP + index * (height + GAP) + height;
    const y = (count: number): number => base - (count / (rules.settings.per_day * 1.1)) * height;
    parts.push(line(LEFT, base, WIDTH - RIGHT, base, FAINT));
    const strangers = sent.filter(({ newContact }) => newContact).length;
    const about = `${name}: ${sent.length} people, ${strangers} of them new; at most ${quota.most} of ${quota.limit} new chats in a cycle`;
    parts.push(text(LEFT, base - height - 8, about, { color: INK }));
    for (const count of [0, 100, 200])
      parts.push(text(LEFT - 8, y(count) + 4, `${count}`, { anchor: 'end', color: FAINT }));
    for (let day = 0; day < days; day += 1) {
      const from = START + day * DAY;
      const ofDay = sent.filter(({ at }) => at >= from && at < from + DAY);
      const isNew = ofDay.filter(({ newContact }) => newContact).length;
      const stack = (from: number, count: number, color: string): void =>
        void parts.push(bar(x(day), band, y(from + count), y(from), color));
      stack(0, ofDay.length - isNew, COLORS[index]!);
      stack(ofDay.length - isNew, isNew, NEW);
    }
    const limits = Array.from({ length: days }, (_, day) => {
      const age = Math.floor((START + day * DAY - rules.linkedAt!) / DAY);
      return limitsOn(rules.settings, age).caps[0]!.most;
    });
    parts.push(steps(limits, x, y));
  });
  const all = played.numbers.flatMap(({ sent }) => sent.map(({ at }) => at));
  const share = (count: number): number => HEIGHT - BOTTOM - (count / all.length) * (HEIGHT - TOP - BOTTOM);
  const { forecast } = played.forecasts[0]!;
  parts.push(curve(progress(all, START, days), x, share, LINE, ''));
  parts.push(curve(cumulated(forecast.perDay), x, share, LINE, '5 4'));
  for (const percent of [0, 50, 100])
    parts.push(
      text(WIDTH - RIGHT + 8, share((all.length * percent) / 100) + 4, `${percent} %`, { color: LINE }),
    );
  for (let day = 0; day < days; day += 2)
    parts.push(
      text(x(day) + band / 2, HEIGHT - BOTTOM + 18, `${day + 1}`, { anchor: 'middle', color: FAINT }),
    );
  const took = ((played.endedAt - START) / DAY).toFixed(1);
  const foreseen = ((forecast.completesAt! - START) / DAY).toFixed(1);
  parts.push(
    text(LEFT, 24, `A campaign to ${all.length} people from three numbers`, { size: 17, bold: true }),
    text(
      LEFT,
      44,
      `Orange: never written to. Black: limit of the day. Blue: progress of all; dashed: forecast of ${foreseen} days. It took ${took}.`,
      { color: FAINT },
    ),
    text(WIDTH / 2, HEIGHT - 12, 'day', { anchor: 'middle', color: FAINT }),
  );
  const label =
    'Messages a day of a simulated campaign that three numbers send, their limits and the forecast';
  return picture(WIDTH, HEIGHT, label, parts);
}
