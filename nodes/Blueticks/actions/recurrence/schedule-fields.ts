import type { INodeProperties } from 'n8n-workflow';

/** In the order of the week: in alphabetical order they are hard to find. */
const WEEK_DAYS = [
  { name: 'Monday', value: 'MO' },
  { name: 'Tuesday', value: 'TU' },
  { name: 'Wednesday', value: 'WE' },
  { name: 'Thursday', value: 'TH' },
  { name: 'Friday', value: 'FR' },
  { name: 'Saturday', value: 'SA' },
  { name: 'Sunday', value: 'SU' },
];

/** Every field from which the moments are computed: the preview is made anew when one changes. */
const MADE_FROM = [
  ...['repeat', 'every', 'weekDays', 'monthlyOn', 'dayOfMonth', 'nth', 'weekDay', 'timeOfDay'],
  ...['startDate', 'timezone', 'ends', 'endDate', 'count', 'rrule'],
];

const NOT_OWN_RULE = { repeat: ['daily', 'weekly', 'monthly', 'yearly'] };

/** When a recurring message goes, in the order in which a person says it. */
export const scheduleFields: INodeProperties[] = [
  {
    displayName: 'Repeat',
    name: 'repeat',
    type: 'options',
    options: [
      { name: 'Every Day', value: 'daily', description: 'Every day, or every few days' },
      {
        name: 'Every Month',
        value: 'monthly',
        description: 'On a day of the month, or the first Monday of it',
      },
      { name: 'Every Week', value: 'weekly', description: 'On one or more days of the week' },
      { name: 'Every Year', value: 'yearly', description: 'On the day and month of the start date' },
      { name: 'Own Rule (RRULE)', value: 'rrule', description: 'A rule of RFC 5545, as calendars use it' },
    ],
    default: 'weekly',
    description: 'How often the message goes',
  },
  {
    displayName: 'Every',
    name: 'every',
    type: 'number',
    typeOptions: { minValue: 1 },
    displayOptions: { show: NOT_OWN_RULE },
    default: 1,
    hint: '1 is every day, week, month or year; 2 is every second one',
    description: 'How many days, weeks, months or years lie between two messages',
  },
  {
    displayName: 'On',
    name: 'weekDays',
    type: 'multiOptions',
    displayOptions: { show: { repeat: ['weekly'] } },
    options: WEEK_DAYS,
    default: ['MO'],
    description: 'The days of the week on which the message goes',
  },
  {
    displayName: 'On',
    name: 'monthlyOn',
    type: 'options',
    displayOptions: { show: { repeat: ['monthly'] } },
    options: [
      { name: 'A Day of the Month', value: 'day', description: 'Such as the 1st or the 15th' },
      {
        name: 'A Day of a Week',
        value: 'weekDay',
        description: 'Such as the first Monday or the last Friday',
      },
    ],
    default: 'day',
    description: 'How to choose the day',
  },
  {
    displayName: 'Day of the Month',
    name: 'dayOfMonth',
    type: 'number',
    typeOptions: { minValue: -31, maxValue: 31 },
    displayOptions: { show: { repeat: ['monthly'], monthlyOn: ['day'] } },
    default: 1,
    hint: '-1 is the last day. Months without a 31st are passed over.',
    description: 'From 1 to 31, or from -1 (the last day) to -31',
  },
  {
    displayName: 'Which',
    name: 'nth',
    type: 'options',
    displayOptions: { show: { repeat: ['monthly'], monthlyOn: ['weekDay'] } },
    options: [
      { name: 'First', value: 1 },
      { name: 'Second', value: 2 },
      { name: 'Third', value: 3 },
      { name: 'Fourth', value: 4 },
      { name: 'Last', value: -1 },
    ],
    default: 1,
    description: 'Which one in the month',
  },
  {
    displayName: 'Weekday',
    name: 'weekDay',
    type: 'options',
    displayOptions: { show: { repeat: ['monthly'], monthlyOn: ['weekDay'] } },
    options: WEEK_DAYS,
    default: 'MO',
    description: 'The day of the week',
  },
  {
    displayName: 'Rule',
    name: 'rrule',
    type: 'string',
    displayOptions: { show: { repeat: ['rrule'] } },
    required: true,
    default: '',
    placeholder: 'e.g. FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    description: 'A rule of RFC 5545 without DTSTART. COUNT and UNTIL end it.',
  },
  {
    displayName: 'Time of Day',
    name: 'timeOfDay',
    type: 'string',
    required: true,
    default: '09:00',
    placeholder: 'e.g. 09:00',
    description: 'A 24-hour time. It stays the same on the clock when summer time begins or ends.',
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
    displayName: 'Start Date',
    name: 'startDate',
    type: 'dateTime',
    default: '',
    description: 'The first day that counts; its time is ignored. Leave empty to start today.',
  },
  {
    displayName: 'Ends',
    name: 'ends',
    type: 'options',
    displayOptions: { show: NOT_OWN_RULE },
    options: [
      { name: 'After a Number of Times', value: 'count', description: 'Skipped and missed ones count' },
      { name: 'Never', value: 'never', description: 'Until you delete it, or the person replies' },
      { name: 'On a Date', value: 'date', description: 'That day is the last' },
    ],
    default: 'never',
    description: 'When it ends by itself',
  },
  {
    displayName: 'Last Day',
    name: 'endDate',
    type: 'dateTime',
    displayOptions: { show: { ...NOT_OWN_RULE, ends: ['date'] } },
    required: true,
    default: '',
    description: 'The last day on which it may go; its time is ignored',
  },
  {
    displayName: 'Times',
    name: 'count',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 1000 },
    displayOptions: { show: { ...NOT_OWN_RULE, ends: ['count'] } },
    default: 10,
    description: 'How many times it goes, at most 1000',
  },
  {
    // eslint-disable-next-line n8n-nodes-base/node-param-display-name-wrong-for-dynamic-options -- nothing is chosen here
    displayName: 'Next Five Moments',
    name: 'preview',
    type: 'options',
    noDataExpression: true,
    typeOptions: { loadOptionsMethod: 'getNextMoments', loadOptionsDependsOn: MADE_FROM },
    default: '',
    hint: 'The next one; open the list for four more. What is chosen here changes nothing.',
    // eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-dynamic-options -- as above
    description: 'When the next five messages go, by the fields above',
  },
];
