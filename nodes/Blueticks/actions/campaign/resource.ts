import { describeResource } from '../describe-resource';

export const CAMPAIGNS = '/v1/campaigns';

export const campaigns = describeResource({
  noun: 'campaign',
  prefix: 'cmp_',
  path: CAMPAIGNS,
  description: 'The campaign to use. The output of "Create" contains its ID.',
});
