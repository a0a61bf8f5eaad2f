import type { IDataObject, IExecuteFunctions, IHttpRequestMethods, INodeProperties } from 'n8n-workflow';
import { callEngine, pathTo } from '../../shared/call-engine';
import { listEngine } from '../../shared/list-engine';
import { toRfc3339 } from './date-time';
import { idempotencyKey } from './idempotency-key';
import type { Operation } from './operation';
import { bodyFields } from './read-field';

type ItemPath = (context: IExecuteFunctions, itemIndex: number) => string;

/** What the engine calls it and where it keeps it. Fields and plain operations are made from this. */
interface Description {
  /** In lower case, e.g. "campaign". The field is then `campaignId`, and `searchCampaigns` fills its list. */
  noun: string;
  /** How its ids begin, e.g. `cmp_`. */
  prefix: string;
  /** The engine's list of them, e.g. `/v1/campaigns`; a function if the list lies below what another field chooses. */
  path: string | ItemPath;
  /** Description of the field. */
  description: string;
  /** If it is not the noun with an s, e.g. "people". */
  plural?: string;
  /** What the engine takes in place of an id. */
  alsoBy?: { name: string; placeholder: string };
}

/** How a field to choose one differs from the usual, where one must be chosen. */
interface OptionalField {
  description: string;
  /** Shown in the list while nothing is chosen. */
  whenEmpty: string;
}

/** The field and the plain operations of a resource whose rows have ids. */
export function describeResource({
  noun,
  prefix,
  path,
  description,
  plural = `${noun}s`,
  alsoBy,
}: Description) {
  const displayName = capitalized(noun);
  const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
  const fieldName = `${noun}Id`;

  /** A field to choose one, from a list or by id. */
  const idFieldOf = (optional?: OptionalField): INodeProperties => ({
    displayName,
    name: fieldName,
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    required: !optional,
    description: optional?.description ?? description,
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        placeholder: optional?.whenEmpty ?? `Choose ${article} ${noun}…`,
        typeOptions: { searchListMethod: `search${capitalized(plural)}`, searchable: true },
      },
      {
        displayName: alsoBy ? `By ID, ${alsoBy.name}` : 'By ID',
        name: 'id',
        type: 'string',
        placeholder: alsoBy?.placeholder ?? `e.g. ${prefix}01JZX3M8Q4W6T2B9V5K7N0P1R3`,
        // The engine says more of what is wrong with a phone number.
        validation: alsoBy
          ? []
          : [
              {
                type: 'regex',
                properties: {
                  regex: `^${prefix}[0-9A-Za-z]+$`,
                  errorMessage: `The ID of ${article} ${noun} begins with "${prefix}"`,
                },
              },
            ],
      },
    ],
  });
  const idField = idFieldOf();

  /** The chosen id, or an empty string. */
  const findId = (context: IExecuteFunctions, itemIndex: number): string => {
    const value = context.getNodeParameter(fieldName, itemIndex, '', { extractValue: true }) as unknown;
    return typeof value === 'string' ? value.trim() : '';
  };

  /** The chosen id. @throws Error if nothing is chosen */
  const chosenId = (context: IExecuteFunctions, itemIndex: number): string => {
    const id = findId(context, itemIndex);
    if (id) return id;
    throw new Error(
      `${displayName}: no ${noun} is chosen. Choose one from the list, or use the ID from the output of an earlier node.`,
    );
  };

  /** The path of the chosen one, or of something below it. @throws Error if nothing is chosen */
  const chosenPath = (context: IExecuteFunctions, itemIndex: number, ...below: string[]): string => {
    const list = typeof path === 'string' ? path : path(context, itemIndex);
    return pathTo(list, chosenId(context, itemIndex), ...below);
  };

  /** An operation that is a single request about the chosen one. */
  const request = (
    method: IHttpRequestMethods,
    value: string,
    about: string,
    ...below: string[]
  ): Operation => ({
    value,
    name: capitalized(value),
    action: `${capitalized(value)} ${article} ${noun}`,
    description: about,
    fields: [idField],
    async execute(context, itemIndex) {
      const chosen = chosenPath(context, itemIndex, ...below);
      return await callEngine(context, { method, path: chosen, itemIndex });
    },
  });

  return {
    idField,
    idFieldOf,
    findId,
    chosenId,
    chosenPath,
    get: (about: string): Operation => request('GET', 'get', about),
    /** @param value "delete", unless it does more than that */
    delete: (about: string, value = 'delete'): Operation => request('DELETE', value, about),
    /** An operation that reads `<path>/<id>/<value>`. */
    read: (value: string, about: string): Operation => request('GET', value, about, value),
    /** An operation that posts to `<path>/<id>/<value>`, such as "cancel". */
    post: (value: string, about: string): Operation => request('POST', value, about, value),
  };
}

/** How an operation that lists what is below a path differs from others. */
interface Listing extends Pick<Operation, 'value' | 'name' | 'action' | 'description'> {
  path: string | ItemPath;
  /** What is filled in before the limit. */
  fields?: INodeProperties[];
  /** The name of each, in snake case, is a query parameter of the engine. Several choices have commas between them. */
  filters?: INodeProperties[];
}

/** An operation that returns the rows of a list, up to a limit. */
export function listing({ path, fields = [], filters = [], ...described }: Listing): Operation {
  const filterField: INodeProperties = {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: filters,
  };
  return {
    ...described,
    fields: [...fields, ...listFields, ...(filters.length > 0 ? [filterField] : [])],
    async execute(context, itemIndex) {
      const chosen = context.getNodeParameter('filters', itemIndex, {}) as IDataObject;
      const values = Object.fromEntries(
        filters.map((filter) => [filter.name, filterValue(filter, chosen[filter.name], context)]),
      );
      const query = bodyFields(values, Object.keys(values));
      const list = typeof path === 'string' ? path : path(context, itemIndex);
      return await listEngine(context, list, query, { limit: readLimit(context, itemIndex), itemIndex });
    },
  };
}

/** A date and time gets the offset of the workflow's time zone. */
function filterValue(
  { type, displayName }: INodeProperties,
  value: IDataObject[string],
  context: IExecuteFunctions,
): IDataObject[string] {
  if (type === 'dateTime' && value) return toRfc3339(value, context.getTimezone(), displayName);
  return Array.isArray(value) ? value.join(',') : value;
}

/** "Get Many" of the list at `path`. */
export function getMany(
  plural: string,
  path: string,
  description: string,
  filters: INodeProperties[] = [],
): Operation {
  return listing({
    value: 'getAll',
    name: 'Get Many',
    action: `Get many ${plural}`,
    ...{ description, path, filters },
  });
}

/** Creates one in the list at `path`. A retried execution creates nothing twice. */
export async function createOne(
  context: IExecuteFunctions,
  itemIndex: number,
  path: string,
  body: IDataObject,
): Promise<IDataObject> {
  const headers = { 'Idempotency-Key': idempotencyKey(context, itemIndex) };
  return await callEngine(context, { method: 'POST', path, headers, body, itemIndex });
}

/** The two fields n8n's own nodes have for a list. */
const listFields: INodeProperties[] = [
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

/** How many rows to return; undefined for all. */
function readLimit(context: IExecuteFunctions, itemIndex: number): number | undefined {
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) return undefined;
  const limit = context.getNodeParameter('limit', itemIndex, 50) as number;
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new Error(`Limit: ${String(limit)} is not valid. Use a whole number from 1 up.`);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
