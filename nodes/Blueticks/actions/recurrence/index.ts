import { filtersOf } from '../common-fields';
import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { create } from './create.operation';
import { RECURRENCES, recurrences } from './resource';
import { skip } from './skip.operation';
import { update } from './update.operation';

const filters = filtersOf('recurring messages', 'rent-42', [
  { name: 'Active', value: 'active', description: 'It goes on' },
  { name: 'Ended', value: 'ended', description: 'Its last time is over, or it was ended' },
  { name: 'Paused', value: 'paused', description: 'You paused it' },
  { name: 'Stopped by Reply', value: 'stopped_by_reply', description: 'The recipient replied' },
]);

export const recurrence: Resource = {
  value: 'recurrence',
  name: 'Recurring Message',
  operations: [
    create,
    recurrences.delete('Remove a recurring message, and cancel what is not sent yet'),
    recurrences.get('Read a recurring message, with the next five moments at which it goes'),
    getMany('recurring messages', RECURRENCES, 'List recurring messages, newest first', filters),
    recurrences.post('pause', 'Send no more until it is resumed. The message that waits is canceled.'),
    recurrences.post('resume', 'Go on with the next time from now. What has passed is not sent.'),
    skip,
    update,
  ],
  defaultOperation: 'create',
};
