import { describeResource } from '../describe-resource';

export const SEQUENCES = '/v1/sequences';

export const sequences = describeResource({
  noun: 'sequence',
  prefix: 'seq_',
  path: SEQUENCES,
  description: 'The sequence to use. The output of "Start" contains its ID.',
});
