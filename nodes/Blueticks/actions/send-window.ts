import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** Hours in which something may go out. */
export const sendWindowField: INodeProperties = {
  displayName: 'Send Window',
  name: 'sendWindow',
  type: 'fixedCollection',
  default: {},
  placeholder: 'Add Window',
  description: 'Hours in which messages may go out. One that is due at night waits for the next morning.',
  options: [
    {
      displayName: 'Window',
      name: 'window',
      values: [
        {
          displayName: 'Days',
          name: 'days',
          type: 'multiOptions',
          // Weekdays in the order of the week: in alphabetical order nobody finds them.
          options: [
            { name: 'Monday', value: 1 },
            { name: 'Tuesday', value: 2 },
            { name: 'Wednesday', value: 3 },
            { name: 'Thursday', value: 4 },
            { name: 'Friday', value: 5 },
            { name: 'Saturday', value: 6 },
            { name: 'Sunday', value: 7 },
          ],
          default: [],
          description: 'The days on which they may go out. None chosen means every day.',
        },
        {
          displayName: 'From',
          name: 'start',
          type: 'string',
          default: '09:00',
          placeholder: 'e.g. 09:00',
          description: 'The hour from which they may go out, in 24-hour form',
        },
        {
          displayName: 'Time Zone',
          name: 'timezone',
          type: 'string',
          default: '',
          placeholder: 'e.g. Europe/Rome',
          description: "The recipient's time zone. Empty means that of the workflow.",
        },
        {
          displayName: 'Until',
          name: 'end',
          type: 'string',
          default: '20:00',
          placeholder: 'e.g. 20:00',
          description: 'The hour until which they may go out, in 24-hour form',
        },
      ],
    },
  ],
};

/** `{window: {start, end, …}}` as the form gives it, or the inner object as an expression may give it. */
export function readSendWindow(value: unknown, zone: string): IDataObject | undefined {
  const outer = (value ?? {}) as IDataObject;
  const { start, end, timezone, days } = (outer.window ?? outer) as IDataObject;
  if (!start && !end) return undefined;
  const someDays = Array.isArray(days) && days.length > 0 ? { days } : {};
  return { start, end, timezone: timezone || zone, ...someDays };
}
