import { DateTime } from 'luxon';
import { readSchedule } from '../../../nodes/Blueticks/actions/recurrence/read-schedule';

const NOW = DateTime.fromISO('2026-03-01T23:30:00Z') as DateTime<true>;
const read = (fields: Record<string, unknown>) =>
  readSchedule((name) => ({ timeOfDay: '09:00', ...fields })[name], 'Europe/Rome', NOW);

describe('the form of a recurring message', () => {
  it.each([
    [{ repeat: 'daily' }, 'FREQ=DAILY'],
    [{ repeat: 'daily', every: 3 }, 'FREQ=DAILY;INTERVAL=3'],
    [{ weekDays: ['MO', 'TH'] }, 'FREQ=WEEKLY;BYDAY=MO,TH'],
    [{ repeat: 'weekly', weekDays: [] }, 'FREQ=WEEKLY'],
    [{ repeat: 'monthly', monthlyOn: 'day', dayOfMonth: 15 }, 'FREQ=MONTHLY;BYMONTHDAY=15'],
    [{ repeat: 'monthly', monthlyOn: 'day', dayOfMonth: -1 }, 'FREQ=MONTHLY;BYMONTHDAY=-1'],
    [{ repeat: 'monthly', monthlyOn: 'weekDay', nth: 1, weekDay: 'MO' }, 'FREQ=MONTHLY;BYDAY=1MO'],
    [{ repeat: 'yearly', ends: 'count', count: 3 }, 'FREQ=YEARLY;COUNT=3'],
    [{ repeat: 'daily', ends: 'date', endDate: '2026-06-30T00:00:00' }, 'FREQ=DAILY;UNTIL=20260630'],
    [{ repeat: 'rrule', rrule: ' FREQ=DAILY ', ends: 'count' }, 'FREQ=DAILY'],
  ])('%j is %s', (fields, rrule) => {
    expect(read(fields)).toEqual({ rrule, start: '2026-03-02T09:00', timezone: 'Europe/Rome' });
  });

  it('starts on its start date in its own time zone, or today as it is there', () => {
    expect(read({ timezone: 'America/New_York', timeOfDay: '7:05' })).toMatchObject({
      start: '2026-03-01T07:05',
      timezone: 'America/New_York',
    });
    expect(read({ startDate: '2026-04-01T00:00:00.000+02:00' })).toMatchObject({ start: '2026-04-01T09:00' });
    expect(read({ startDate: DateTime.fromISO('2026-04-01') })).toMatchObject({ start: '2026-04-01T09:00' });
  });

  it.each([
    [{ timeOfDay: '25 o’clock' }, /^Time of Day/],
    [{ startDate: 'soon' }, /^Start Date: "soon" is not a date/],
    [{ repeat: 'hourly' }, /^Repeat: "hourly" is not valid/],
    [{ repeat: 'monthly', dayOfMonth: 0 }, /^Day of the Month: 0/],
    [{ repeat: 'daily', ends: 'count', count: 1001 }, /^Times: "1001" is not valid/],
  ])('%j is refused', (fields, message) => {
    expect(() => read(fields)).toThrow(message);
  });
});
