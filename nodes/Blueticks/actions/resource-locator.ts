import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

interface Locator {
  displayName: string;
  name: string;
  /** What is chosen, e.g. "campaign". */
  noun: string;
  /** Of its ids, e.g. `cmp_`. */
  prefix: string;
  /** The method of the node that lists what there is. */
  search: string;
  description: string;
  /** Unless told otherwise, one has to be chosen. */
  required?: boolean;
  /** What stands in the list's field while none is chosen. */
  whenEmpty?: string;
}

/** A field with which a person chooses from a list, or gives an id. */
export function resourceLocator(locator: Locator): INodeProperties {
  const { displayName, name, noun, prefix, search, description, required = true } = locator;
  const { whenEmpty = `Choose ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}…` } = locator;
  return {
    displayName,
    name,
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    required,
    description,
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        placeholder: whenEmpty,
        typeOptions: { searchListMethod: search, searchable: true },
      },
      {
        displayName: 'By ID',
        name: 'id',
        type: 'string',
        placeholder: `e.g. ${prefix}01JZX3M8Q4W6T2B9V5K7N0P1R3`,
        validation: [
          {
            type: 'regex',
            properties: {
              regex: `^${prefix}[0-9A-Za-z]+$`,
              errorMessage: `The ID of a ${noun} begins with "${prefix}"`,
            },
          },
        ],
      },
    ],
  };
}

/** The id that was chosen, or nothing. */
export function chosenId(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const value = context.getNodeParameter(name, itemIndex, '', { extractValue: true }) as unknown;
  return typeof value === 'string' ? value.trim() : '';
}

/** The path of what was chosen, below `root`. @throws Error when nothing is chosen */
export function chosenPath(
  context: IExecuteFunctions,
  itemIndex: number,
  { name, noun, displayName }: Pick<Locator, 'name' | 'noun' | 'displayName'>,
  root: string,
): string {
  const id = chosenId(context, name, itemIndex);
  if (id) return `${root}/${encodeURIComponent(id)}`;
  throw new Error(
    `${displayName}: no ${noun} is chosen. Choose one from the list, or give the ID that an earlier node put out.`,
  );
}
