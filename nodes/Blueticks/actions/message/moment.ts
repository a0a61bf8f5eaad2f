import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { toRfc3339 } from '../date-time';
import { labelOf, readText } from '../read-field';

const BEFORE_OR_AFTER = ['before', 'after'];

/** Shown for a message before or after a moment. */
const forMoment = (field: INodeProperties): INodeProperties => ({
  ...field,
  displayOptions: { show: { when: BEFORE_OR_AFTER } },
});

/** When to send a message, in the order in which a person fills in the fields. */
export const whenFields: INodeProperties[] = [
  {
    displayName: 'When',
    name: 'when',
    type: 'options',
    // In the order in which people look for them.
    options: [
      { name: 'At a Time', value: 'at', description: 'At a date and time' },
      {
        name: 'Before a Moment',
        value: 'before',
        description: 'Such as a day before an appointment. "Move" moves it with the appointment.',
      },
      {
        name: 'After a Moment',
        value: 'after',
        description: 'Such as two hours after an appointment. "Move" moves it with the appointment.',
      },
    ],
    default: 'at',
    description: 'How to set the time',
  },
  {
    displayName: 'Send At',
    name: 'sendAt',
    type: 'dateTime',
    displayOptions: { show: { when: ['at'] } },
    required: true,
    default: '',
    hint: "In the workflow's time zone, from 10 seconds to a year ahead",
    description: 'When to send the message. An expression such as {{ $now.plus({ days: 3 }) }} works too.',
  },
  ...[
    {
      displayName: 'Amount',
      name: 'amount',
      type: 'number' as const,
      typeOptions: { minValue: 0 },
      default: 1,
      description: 'How long before or after the moment to send the message',
    },
    {
      displayName: 'Unit',
      name: 'unit',
      type: 'options' as const,
      options: [
        { name: 'Days', value: 'days' },
        { name: 'Hours', value: 'hours' },
        { name: 'Minutes', value: 'minutes' },
        { name: 'Months', value: 'months' },
        { name: 'Weeks', value: 'weeks' },
      ],
      default: 'days',
      description: 'Unit of the amount. A day is a day of the calendar, also when the clocks change.',
    },
    {
      displayName: 'Moment',
      name: 'of',
      type: 'dateTime' as const,
      required: true,
      default: '',
      hint: "Such as the start of an appointment, in the workflow's time zone",
      description:
        'What the message is before or after. An expression works too. Give the message a Reference to move or cancel it later.',
    },
    {
      displayName: 'Time of Day',
      name: 'timeOfDay',
      type: 'string' as const,
      default: '',
      placeholder: 'e.g. 09:00',
      description:
        'Sends it at this time of that day, such as at 09:00 of the day before. Only with whole days, weeks or months. Leave empty for the time of the moment.',
    },
    {
      displayName: 'Time Zone',
      name: 'timezone',
      type: 'string' as const,
      default: '',
      placeholder: 'e.g. Europe/Rome',
      description:
        "The recipient's time zone, for days and the time of day. Leave empty for the workflow's time zone.",
    },
    {
      displayName: 'If the Time Has Passed',
      name: 'ifPast',
      type: 'options' as const,
      options: [
        { name: 'Fail', value: 'refuse', description: 'The node fails and says so' },
        {
          name: 'Send Now',
          value: 'send_now',
          description: 'Unless the message is before a moment that has passed too',
        },
        {
          name: 'Skip It',
          value: 'skip',
          description: 'The output has the status "canceled". If the moment moves, the message comes back.',
        },
      ],
      default: 'refuse',
      description:
        'What to do if it is too late for the message, now or when its moment moves. For example, an appointment for tomorrow that is made this evening is too late for a reminder a day before.',
    },
  ].map(forMoment),
];

/** ISO 8601 durations by unit. A day is a calendar day, also when the clocks change. */
const DURATIONS: Record<string, (amount: number) => string> = {
  minutes: (amount) => `PT${amount}M`,
  hours: (amount) => `PT${amount}H`,
  days: (amount) => `P${amount}D`,
  weeks: (amount) => `P${amount}W`,
  months: (amount) => `P${amount}M`,
};

/** When an item's message is sent, as the body field `send_at`. @throws Error that names the field at fault */
export function readWhen(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const zone = context.getTimezone();
  const when = readText(context, 'when', itemIndex).trim() || 'at';
  if (when === 'at') {
    const sendAt = context.getNodeParameter('sendAt', itemIndex) as unknown;
    return { send_at: toRfc3339(sendAt, zone, labelOf('sendAt')) };
  }
  if (!BEFORE_OR_AFTER.includes(when))
    throw new Error(`When: "${when.slice(0, 32)}" is not a choice. Use at, before or after.`);
  const of = context.getNodeParameter('of', itemIndex, '') as unknown;
  const at = readText(context, 'timeOfDay', itemIndex).trim();
  return {
    send_at: {
      [when]: readDuration(context, itemIndex),
      of: toRfc3339(of, zone, labelOf('of')),
      ...(at ? { at } : {}),
      timezone: readText(context, 'timezone', itemIndex).trim() || zone,
      if_past: readText(context, 'ifPast', itemIndex).trim() || 'refuse',
    },
  };
}

function readDuration(context: IExecuteFunctions, itemIndex: number): string {
  const [amount, unit] = [
    readText(context, 'amount', itemIndex).trim(),
    readText(context, 'unit', itemIndex),
  ];
  const duration = DURATIONS[unit.trim() || 'days'];
  if (/^\d{1,6}$/.test(amount) && duration) return duration(Number(amount));
  throw new Error(
    `Amount: "${amount.slice(0, 32)} ${unit.slice(0, 32)}" is not valid. Use a whole number of minutes, hours, days, weeks or months.`,
  );
}
