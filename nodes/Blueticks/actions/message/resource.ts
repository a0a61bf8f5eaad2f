import { describeResource } from '../describe-resource';

export const MESSAGES = '/v1/scheduled-messages';

export const messages = describeResource({
  noun: 'message',
  prefix: 'msg_',
  path: MESSAGES,
  description: 'The message to use. The output of "Schedule" and "Send" contains its ID.',
});
