import type { RRuleTemporal } from 'rrule-temporal' with { 'resolution-mode': 'import' };
import { lazy } from '../../../engine/async/lazy';
import { writeLocalTime } from '../../../engine/domain/time/recurrence/local-time';
import { wallClock } from '../../../engine/domain/time/time-zone';
import { fullOrShort } from '../../chaos/size';
import { RecurrenceWorld } from './recurrence-world';

jest.setTimeout(600_000);

const library = lazy<typeof import('rrule-temporal', { with: { 'resolution-mode': 'import' } })>(
  require,
  'rrule-temporal',
);

/** With the Sundays on which their clocks change in 2026, and what 02:30 local is in UTC then: by hand, from their laws. */
const ZONES = {
  // Skips 02:00 to 03:00 on March 29, has it twice on October 25.
  'Europe/Rome': { '2026-03-29': '01:30', '2026-10-25': '00:30' },
  // Skips 02:00 to 03:00 on March 8; has 01:00 to 02:00 twice on November 1, and 02:30 once.
  'America/New_York': { '2026-03-08': '07:30', '2026-11-01': '07:30' },
  // Has 01:30 to 02:00 twice on April 5, and 02:30 once; skips 02:00 to 02:30 on October 4, and 02:30 is the first after.
  'Australia/Lord_Howe': { '2026-04-05': '16:00', '2026-10-04': '15:30' },
  // Skips 00:00 to 01:00 on September 6, has 23:00 to 24:00 of April 4 twice.
  'America/Santiago': { '2026-04-05': '06:30', '2026-09-06': '05:30' },
  // Never changes.
  'Asia/Kolkata': { '2026-03-29': '21:00', '2026-10-25': '21:00' },
} as const;

/** In short every Sunday, on which all of these change their clocks. */
const RRULE = fullOrShort('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=SU');
const START = '2026-01-01T02:30:00';

/** The library's own reading of the zone, which leaves out times that the clock skips. */
function expansionOf(zone: string): string[] {
  const rule: RRuleTemporal = new (library().RRuleTemporal)({
    rruleString: `DTSTART;TZID=${zone}:${START.replace(/[-:]/g, '')}\nRRULE:${RRULE};UNTIL=20270101T000000Z`,
  });
  return rule.all().map((at) => new Date(at.epochMilliseconds).toISOString());
}

it('sends each message of a year at its moment, in five zones, whatever their clocks do', async () => {
  const world = await RecurrenceWorld.open();
  try {
    world.at('2025-12-31T20:00:00Z');
    const ids = new Map<string, string>();
    for (const [nth, timezone] of Object.keys(ZONES).entries()) {
      const given = {
        to: `+1500555000${nth}`,
        rrule: `${RRULE};UNTIL=20270101T000000Z`,
        start: START,
        timezone,
      };
      ids.set(timezone, (await world.create(given)).id);
    }
    const nextPlanned = async (): Promise<Date | null> => {
      const [row] = await world.store.database.query<{ at: Date | null }>(
        `SELECT min(planned_at) AS at FROM recurrences WHERE status = 'active'`,
      );
      return row!.at;
    };
    for (let at = await nextPlanned(); at; at = await nextPlanned())
      await world.happensAt(new Date(at.getTime() + 500).toISOString());

    for (const [zone, id] of ids) {
      const messages = await world.messages(id);
      const moments = messages.map((row) => row.send_at!.toISOString());
      expect(new Set(moments).size).toBe(moments.length);
      // Each within seconds of its moment: the clock of this test runs on a little.
      for (const row of messages)
        expect(row.sent_at!.getTime() - row.send_at!.getTime()).toBeLessThan(60_000);
      const shown = await world.show(id);
      expect([zone, shown.status, shown.missed]).toEqual([zone, 'ended', 0]);

      const table = Object.entries(ZONES[zone as keyof typeof ZONES]);
      const localDay = (at: string): string => writeLocalTime(wallClock(zone, Date.parse(at))).slice(0, 10);
      for (const [day, time] of table) {
        const ofDay = moments.filter((at) => localDay(at) === day).map((at) => at.slice(11, 16));
        expect([zone, day, ofDay]).toEqual([zone, day, [time]]);
      }
      const skipped = moments.filter((at) => !expansionOf(zone).includes(at));
      expect(moments.filter((at) => !skipped.includes(at))).toEqual(expansionOf(zone));
      const gaps = zone === 'Europe/Rome' || zone === 'America/New_York' ? 1 : 0;
      expect([zone, skipped.length]).toEqual([zone, gaps]);
    }
  } finally {
    await world.close();
  }
});
