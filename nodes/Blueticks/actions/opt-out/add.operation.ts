import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { personField, readPerson } from './opted-out-person';

export const add: Operation = {
  value: 'add',
  name: 'Add',
  action: 'Opt a person out',
  description:
    'Keep campaigns and sequences from a person, and stop the sequences under way. Single messages still go.',
  fields: [{ ...personField, hint: 'Gets no more campaigns and sequences; single messages still go' }],
  async execute(context, itemIndex) {
    const body = { to: readPerson(context, itemIndex) };
    return [await callEngine(context, { method: 'POST', path: '/v1/opt-outs', body, itemIndex })];
  },
};
