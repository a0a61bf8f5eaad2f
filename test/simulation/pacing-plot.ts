import { forecast } from '../../engine/domain/pacing/forecast/forecast';
import { limitsOn } from '../../engine/domain/pacing/limits';
import type { Played } from './fresh-number';
import { bar, cumulated, curve, FAINT, INK, LINE, line, n, picture, progress, steps, text } from './svg';

const DAY = 86_400_000;
const WIDTH = 960;
const HEIGHT = 520;
const LEFT = 64;
const RIGHT = 64;
const TOP = 76;
const BOTTOM = 64;
const GRID = '#e4e7eb';
const KNOWN = '#7fb8a4';
const NEW = '#e08e45';
const ALERT = '#b83b5e';

interface Day {
  known: number;
  strangers: number;
  alerts: number;
  limit: number;
}

/** The plot in docs/pacing.md: what was sent each day, and when the campaign was forecast to end and did. */
export function plotOf(played: Played): string {
  const { start, rules, sent, recipients } = played;
  const campaign = sent.filter((message) => message.rank === 2);
  const end = campaign.at(-1)!.at;
  const days = daysOf(played, Math.ceil((end - start) / DAY));
  const predicted = forecast({
    rules,
    history: [],
    restrictedUntil: null,
    queuedBefore: [],
    contacts: recipients,
    campaignId: null,
    now: start,
    sendAt: null,
    sendWindow: null,
    pacing: {},
  });

  const most = Math.max(...days.map((day) => day.limit)) * 1.08;
  const band = (WIDTH - LEFT - RIGHT) / days.length;
  const x = (day: number): number => LEFT + day * band;
  const y = (count: number): number => HEIGHT - BOTTOM - (count / most) * (HEIGHT - TOP - BOTTOM);
  const share = (count: number): number =>
    HEIGHT - BOTTOM - (count / campaign.length) * (HEIGHT - TOP - BOTTOM);
  const parts: string[] = [];

  for (let count = 0; count <= most; count += 100) {
    parts.push(line(LEFT, y(count), WIDTH - RIGHT, y(count), GRID));
    parts.push(text(LEFT - 8, y(count) + 4, `${count}`, { anchor: 'end', color: FAINT }));
  }
  for (let percent = 0; percent <= 100; percent += 25)
    parts.push(
      text(WIDTH - RIGHT + 8, share((campaign.length * percent) / 100) + 4, `${percent} %`, { color: LINE }),
    );
  days.forEach(({ known, strangers, alerts }, day) => {
    const stack = (from: number, count: number, color: string): void =>
      void parts.push(bar(x(day), band, y(from + count), y(from), color));
    stack(0, known, KNOWN);
    stack(known, strangers, NEW);
    stack(known + strangers, alerts, ALERT);
    if (day % 2 === 0)
      parts.push(
        text(x(day) + band / 2, HEIGHT - BOTTOM + 18, `${day + 1}`, { anchor: 'middle', color: FAINT }),
      );
  });
  parts.push(
    steps(
      days.map(({ limit }) => limit),
      x,
      y,
    ),
  );
  parts.push(
    curve(
      progress(
        campaign.map(({ at }) => at),
        start,
        days.length,
      ),
      x,
      share,
      LINE,
      '',
    ),
  );
  parts.push(curve(cumulated(predicted.perDay), x, share, LINE, '5 4'));

  const took = (end - start) / DAY;
  const forecastDays = (predicted.completesAt! - start) / DAY;
  parts.push(
    text(LEFT, 24, 'A campaign to 10,000 people from a number linked on the same day', {
      size: 17,
      bold: true,
    }),
    text(
      LEFT,
      44,
      `Defaults, quiet from 21:00 to 08:00, one person in 20 never written to. Forecast: ${forecastDays.toFixed(1)} days. It took ${took.toFixed(1)}.`,
      { color: FAINT },
    ),
    text(WIDTH / 2, HEIGHT - 12, 'day after linking', { anchor: 'middle', color: FAINT }),
    ...legend(),
  );
  const label = 'Messages a day of a simulated campaign, its limits and its forecast';
  return picture(WIDTH, HEIGHT, label, parts);
}

function daysOf({ start, rules, sent }: Played, count: number): Day[] {
  return Array.from({ length: count }, (_, day) => {
    const from = start + day * DAY;
    const ofDay = sent.filter(({ at }) => at >= from && at < from + DAY);
    const alerts = ofDay.filter(({ rank }) => rank === 0).length;
    const strangers = ofDay.filter(({ newContact }) => newContact).length;
    const limit = limitsOn(rules.settings, day).caps[0]!.most;
    return { known: ofDay.length - alerts - strangers, strangers, alerts, limit };
  });
}

function legend(): string[] {
  const entries: [string, string][] = [
    [KNOWN, 'known people'],
    [NEW, 'never written to'],
    [ALERT, 'alerts'],
    [INK, 'limit of the day'],
    [LINE, 'progress; dashed: forecast'],
  ];
  let at = LEFT;
  return entries.flatMap(([color, label], place) => {
    const from = at;
    at += 30 + label.length * 7.2;
    return [
      place < 3
        ? `<rect x="${n(from)}" y="54" width="12" height="12" fill="${color}"/>`
        : line(from, 60, from + 14, 60, color, 2),
      text(from + 19, 64, label, { color: INK }),
    ];
  });
}
