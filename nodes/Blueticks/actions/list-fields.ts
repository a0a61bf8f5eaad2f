import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** n8n's two usual fields of an operation that answers a list. */
export const listFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    displayOptions: { show: { returnAll: [false] } },
    default: 50,
    description: 'Max number of results to return',
  },
];

/** How many rows the item asks for; nothing for all. @throws Error when it is no whole number of at least 1 */
export function readLimit(context: IExecuteFunctions, itemIndex: number): number | undefined {
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) return undefined;
  const limit = context.getNodeParameter('limit', itemIndex, 50) as number;
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new Error(`Limit: ${String(limit)} is not a whole number of at least 1.`);
}
