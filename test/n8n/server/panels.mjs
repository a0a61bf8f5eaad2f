/** What the panel of each resource shows when it opens: its operations, and the fields of the default one. */
export const PANELS = {
  message: {
    operation: 'schedule',
    operations: [
      'Cancel',
      'Cancel Many',
      'Delete for Everyone',
      'Edit Sent',
      'Forward',
      'Get',
      'Get Many',
      'Move',
      'Pin',
      'React',
      'Schedule',
      'Send',
      'Send and Wait for Response',
      'Update',
    ],
    fields: ['To', 'When', 'Send At', 'Message Type', 'Text', 'Options'],
  },
  chat: {
    operation: 'getMessages',
    operations: ['Get', 'Get Many', 'Get Messages', 'Give Back', 'Mark as Read', 'Show Typing', 'Take Over'],
    fields: ['Chat', 'Return All', 'Limit', 'Filters'],
  },
  group: {
    operation: 'get',
    operations: ['Add Members', 'Create', 'Get', 'Get Invite Link', 'Get Many', 'Remove Members', 'Update'],
    fields: ['Group', 'Options'],
  },
  session: {
    operation: 'getStatus',
    operations: ['Get Pairing Code', 'Get QR Code', 'Get Status', 'Log Out', 'Update'],
    fields: ['Session'],
  },
  contact: { operation: 'checkNumber', operations: ['Check Number'], fields: ['Phone', 'Options'] },
  optOut: { operation: 'add', operations: ['Add', 'Get Many', 'Remove'], fields: ['Phone or Chat ID'] },
  person: { operation: 'get', operations: ['Erase', 'Export', 'Get'], fields: ['Person'] },
  recurrence: {
    operation: 'create',
    operations: ['Create', 'Delete', 'Get', 'Get Many', 'Pause', 'Resume', 'Skip', 'Update'],
    fields: [
      ...['Send To', 'To', 'Message Type', 'Text', 'Repeat', 'Every', 'On', 'Time of Day', 'Time Zone'],
      ...['Start Date', 'Ends', 'Next Five Moments', 'Until They Reply', 'Options'],
    ],
  },
  sequence: {
    operation: 'start',
    operations: ['Get', 'Get Many', 'Start', 'Stop'],
    fields: ['To', 'Steps', 'When', 'Amount', 'Unit', 'Time of Day', 'Message Type', 'Text', 'Options'],
  },
  campaign: {
    operation: 'create',
    operations: ['Cancel', 'Create', 'Get', 'Get Many', 'Get Report', 'Pause', 'Resume'],
    fields: ['Name', 'Audience', 'Text', 'Media Address', 'If a Variable Is Missing', 'Options'],
  },
  audience: {
    operation: 'create',
    operations: ['Add Contacts', 'Create', 'Delete', 'Get', 'Get Many', 'Remove Contact', 'Update Contact'],
    fields: ['Name', 'Contacts From', 'To', 'Mapping Column Mode'],
  },
};
