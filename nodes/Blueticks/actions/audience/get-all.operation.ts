import { listEngine } from '../../transport/list-engine';
import { listFields, readLimit } from '../list-fields';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many audiences',
  description: 'List audiences and how many contacts each has, newest first',
  fields: listFields,
  async execute(context, itemIndex) {
    const limit = readLimit(context, itemIndex);
    return await listEngine(context, '/v1/audiences', {}, { limit, itemIndex });
  },
};
