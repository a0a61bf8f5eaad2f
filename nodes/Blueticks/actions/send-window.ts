import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** The hours in which messages may be sent. */
export const sendWindowField: INodeProperties = {
  displayName: 'Send Window',
  name: 'sendWindow',
  type: 'fixedCollection',
  default: {},
  placeholder: 'Add Window',
  description:
    'The hours in which messages may be sent. One that is due at night waits until the next morning.',
  options: [
    {
      displayName: 'Window',
      name: 'window',
      values: [
        {
          displayName: 'Days',
          name: 'days',
          type: 'multiOptions',
          // In the order of the week: in alphabetical order they are hard to find.
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
          description: 'The days on which messages may be sent. Choose none for every day.',
        },
        {
          displayName: 'From',
          name: 'start',
          type: 'string',
          default: '09:00',
          placeholder: 'e.g. 09:00',
          description: 'The start of the window, as a 24-hour time',
        },
        {
          displayName: 'Time Zone',
          name: 'timezone',
          type: 'string',
          default: '',
          placeholder: 'e.g. Europe/Rome',
          description: "The recipient's time zone. Leave empty for the workflow's time zone.",
        },
        {
          displayName: 'Until',
          name: 'end',
          type: 'string',
          default: '20:00',
          placeholder: 'e.g. 20:00',
          description: 'The end of the window, as a 24-hour time',
        },
      ],
    },
  ],
};

/**
 * Reads the window as the body field `send_window`, without one if none is set. The form returns
 * `{window: {start, end, …}}`; an expression may return the inner object alone.
 */
export function readSendWindow(value: unknown, zone: string): { send_window?: IDataObject } {
  const outer = (value ?? {}) as IDataObject;
  const { start, end, timezone, days } = (outer.window ?? outer) as IDataObject;
  if (!start && !end) return {};
  const someDays = Array.isArray(days) && days.length > 0 ? { days } : {};
  return { send_window: { start, end, timezone: timezone || zone, ...someDays } };
}
