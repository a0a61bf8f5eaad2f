import { callEngine } from '../../../shared/call-engine';
import { toRfc3339 } from '../date-time';
import type { Operation } from '../operation';
import { recurrences } from './resource';

export const skip: Operation = {
  value: 'skip',
  name: 'Skip',
  action: 'Skip one time of a recurring message',
  description: 'Leave out one time of a recurring message. The others stay as they are.',
  fields: [
    recurrences.idField,
    {
      displayName: 'Moment',
      name: 'occurrence',
      type: 'dateTime',
      default: '',
      description:
        'The moment to leave out, one of "next" in the output of "Get". Leave empty to leave out the next one.',
    },
  ],
  async execute(context, itemIndex) {
    const given = context.getNodeParameter('occurrence', itemIndex, '') as unknown;
    const occurrence = given
      ? toRfc3339(given, context.getTimezone(), 'Moment')
      : await nextOf(recurrences.chosenPath(context, itemIndex));
    const path = recurrences.chosenPath(context, itemIndex, 'skip');
    return await callEngine(context, { method: 'POST', path, body: { occurrence }, itemIndex });

    async function nextOf(recurrence: string): Promise<string> {
      const { next, status } = await callEngine(context, { method: 'GET', path: recurrence, itemIndex });
      const [first] = next as string[];
      if (first) return first;
      throw new Error(`The recurring message is ${String(status)}, so there is no next time to skip.`);
    }
  },
};
