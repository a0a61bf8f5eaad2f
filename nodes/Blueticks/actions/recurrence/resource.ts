import { describeResource } from '../describe-resource';

export const RECURRENCES = '/v1/recurrences';

export const recurrences = describeResource({
  noun: 'recurrence',
  prefix: 'rec_',
  path: RECURRENCES,
  description: 'The recurring message to use. The output of "Create" contains its ID.',
});
