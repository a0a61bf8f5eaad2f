import {
  WAIT_INDEFINITELY,
  type IDataObject,
  type IExecuteFunctions,
  type INodeProperties,
} from 'n8n-workflow';
import { DateTime } from 'luxon';
import { toRfc3339 } from '../actions/date-time';

const UNITS = ['minutes', 'hours', 'days'];

const values: INodeProperties[] = [
  {
    displayName: 'Limit Type',
    name: 'limitType',
    type: 'options',
    options: [
      {
        name: 'After Time Interval',
        value: 'afterTimeInterval',
        description: 'This long after the message was sent',
      },
      { name: 'At Specified Time', value: 'atSpecifiedTime', description: 'At a date and time' },
    ],
    default: 'afterTimeInterval',
    description: 'When to continue without an answer',
  },
  {
    displayName: 'Amount',
    name: 'resumeAmount',
    type: 'number',
    typeOptions: { minValue: 0, numberPrecision: 2 },
    displayOptions: { show: { limitType: ['afterTimeInterval'] } },
    default: 1,
    description: 'How long to wait',
  },
  {
    displayName: 'Unit',
    name: 'resumeUnit',
    type: 'options',
    displayOptions: { show: { limitType: ['afterTimeInterval'] } },
    options: [
      { name: 'Days', value: 'days' },
      { name: 'Hours', value: 'hours' },
      { name: 'Minutes', value: 'minutes' },
    ],
    default: 'days',
    description: 'Unit of the amount',
  },
  {
    displayName: 'Max Date and Time',
    name: 'maxDateAndTime',
    type: 'dateTime',
    displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
    default: '',
    description: "The latest time to wait for an answer, in the workflow's time zone",
  },
];

/** The same fields as in n8n's own nodes that wait. */
export const limitWaitTimeField: INodeProperties = {
  displayName: 'Limit Wait Time',
  name: 'limitWaitTime',
  type: 'fixedCollection',
  default: { values: { limitType: 'afterTimeInterval', resumeAmount: 1, resumeUnit: 'days' } },
  description: 'How long to wait for an answer. After that, the output is {"timed_out": true}.',
  options: [{ displayName: 'Values', name: 'values', values }],
};

/** When to continue without an answer. @throws Error if that time is in the past */
export function readWaitUntil(context: IExecuteFunctions): Date {
  const options = context.getNodeParameter('options', 0, {}) as IDataObject;
  const limit = (options.limitWaitTime as IDataObject | undefined)?.values as IDataObject | undefined;
  if (!limit) return WAIT_INDEFINITELY;
  const until =
    limit.limitType === 'atSpecifiedTime'
      ? new Date(toRfc3339(limit.maxDateAndTime, context.getTimezone(), 'Max Date and Time'))
      : after(Number(limit.resumeAmount ?? 1), String(limit.resumeUnit ?? 'days'));
  if (until.getTime() > Date.now()) return until;
  throw new Error('Limit Wait Time is in the past. Choose a later time.');
}

function after(amount: number, unit: string): Date {
  if (!UNITS.includes(unit) || !(amount >= 0)) {
    throw new Error(
      `Limit Wait Time: ${amount} ${unit} is not valid. Use a number of minutes, hours or days.`,
    );
  }
  return DateTime.now()
    .plus({ [unit]: amount })
    .toJSDate();
}
