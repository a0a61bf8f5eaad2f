import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readText, textOf } from '../read-field';

export interface Contact {
  to: string;
  variables?: Record<string, string>;
  /** The input item it comes from. */
  itemIndex: number;
}

const MOST_VARIABLES = 32;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,31}$/;

/** The values that replace the `{tokens}` of a campaign's text. */
export const variablesField: INodeProperties = {
  displayName: 'Variables',
  name: 'variables',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  default: {},
  placeholder: 'Add Variable',
  description:
    "The contact's own values for the text of a campaign. A variable first_name replaces {first_name} there.",
  options: [
    {
      displayName: 'Variable',
      name: 'variable',
      values: [
        {
          displayName: 'Name',
          name: 'name',
          type: 'string',
          default: '',
          placeholder: 'e.g. first_name',
          description: 'Letters, digits and _, at most 32 characters',
        },
        {
          displayName: 'Value',
          name: 'value',
          type: 'string',
          default: '',
          placeholder: 'e.g. Anna',
          description: 'The text that replaces it, at most 1024 characters',
        },
      ],
    },
  ],
};

/** The same, from the columns of an item. */
const mappedVariablesField: INodeProperties = {
  displayName: 'Variables',
  name: 'variables',
  type: 'resourceMapper',
  noDataExpression: true,
  default: { mappingMode: 'autoMapInputData', value: null },
  description:
    "The contact's own values for the text of a campaign. The column first_name, or what you map to it, replaces {first_name} there.",
  typeOptions: {
    loadOptionsDependsOn: ['audienceId.value'],
    resourceMapper: {
      resourceMapperMethod: 'getVariables',
      mode: 'map',
      fieldWords: { singular: 'variable', plural: 'variables' },
      valuesLabel: 'Variables',
      addAllFields: true,
      supportAutoMap: true,
      noFieldsError: 'No campaign uses {tokens} yet. Map automatically instead.',
    },
  },
};

export const contactToField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'string',
  default: '',
  placeholder: 'e.g. +14155551234',
  description: 'The phone number of the contact, with "+" and country code',
};

const shownForRows = { show: { contactsFrom: ['rows'] } };
const shownForItems = { show: { contactsFrom: ['items'] } };

/** One contact from each input item, or contacts typed in as rows. */
export const contactsFields: INodeProperties[] = [
  {
    displayName: 'Contacts From',
    name: 'contactsFrom',
    type: 'options',
    noDataExpression: true,
    options: [
      {
        name: 'Each Input Item',
        value: 'items',
        description: 'One contact from each item, such as the rows of a spreadsheet. All are added together.',
      },
      { name: 'Rows Below', value: 'rows', description: 'The contacts you type in here' },
    ],
    default: 'items',
    description: 'Where the contacts come from',
  },
  {
    ...contactToField,
    required: true,
    default: '={{ $json.phone }}',
    placeholder: 'e.g. {{ $json.phone }}',
    displayOptions: shownForItems,
    hint: 'An expression that reads the number from the item. Replace "phone" with the name of your column.',
  },
  { ...mappedVariablesField, displayOptions: shownForItems },
  {
    displayName: 'Contacts',
    name: 'contacts',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true },
    displayOptions: shownForRows,
    default: {},
    placeholder: 'Add Contact',
    description: 'The contacts, each with a phone number and variables',
    options: [{ displayName: 'Contact', name: 'contact', values: [contactToField, variablesField] }],
  },
];

export function isFromItems(context: IExecuteFunctions): boolean {
  return context.getNodeParameter('contactsFrom', 0, 'items') === 'items';
}

/** One contact from each of the items. @throws Error that names an item without a number */
export function contactsOfItems(context: IExecuteFunctions, itemIndexes: number[]): Contact[] {
  return itemIndexes.map((itemIndex) => {
    const to = readText(context, 'to', itemIndex).trim();
    if (!to) {
      throw new Error(
        `To: item ${itemIndex} has no phone number. Check the expression, or filter out such items before this node.`,
      );
    }
    return { to, ...variablesOfItem(context, itemIndex), itemIndex };
  });
}

/** The contacts typed in as rows. */
export function contactsOfRows(context: IExecuteFunctions, itemIndex: number): Contact[] {
  const { contact = [] } = context.getNodeParameter('contacts', itemIndex, {}) as IDataObject;
  return (contact as IDataObject[]).map((row) => ({
    to: textOf(row.to).trim(),
    ...readVariables(row.variables),
    itemIndex,
  }));
}

/** `{variable: [{name, value}]}` of the form, as a body field of the engine's API; without it if there are none. */
export function readVariables(value: unknown): { variables?: Record<string, string> } {
  const rows = ((value as IDataObject | undefined)?.variable ?? []) as IDataObject[];
  const named = rows.map((row) => [textOf(row.name).trim(), textOf(row.value)] as const);
  return unlessEmpty(Object.fromEntries(named.filter(([name]) => name !== '')));
}

/**
 * The variables of an item's contact: its columns, or what is mapped to each variable. Also accepts the form of rows,
 * as older workflows have it.
 * @throws Error if the item has more columns than a contact can have variables
 */
function variablesOfItem(
  context: IExecuteFunctions,
  itemIndex: number,
): { variables?: Record<string, string> } {
  const given = context.getNodeParameter('variables', itemIndex, {}) as IDataObject;
  if (!('mappingMode' in given)) return readVariables(given);
  return unlessEmpty(
    given.mappingMode === 'autoMapInputData'
      ? fromColumns(context.getInputData()[itemIndex]?.json ?? {}, itemIndex)
      : fromMapping((given.value ?? {}) as IDataObject),
  );
}

function unlessEmpty(variables: Record<string, string>): { variables?: Record<string, string> } {
  return Object.keys(variables).length > 0 ? { variables } : {};
}

function fromMapping(value: IDataObject): Record<string, string> {
  const filled = Object.entries(value).filter(([, each]) => textOf(each) !== '');
  return Object.fromEntries(filled.map(([name, each]) => [name, textOf(each)]));
}

/** "First Name" becomes `First_Name`. Lists, objects and columns that cannot be named like that are left out. */
function fromColumns(json: IDataObject, itemIndex: number): Record<string, string> {
  const variables: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [column, value] of Object.entries(json)) {
    const name = variableName(column);
    if (value === null || value === undefined || typeof value === 'object' || !name) continue;
    if (seen.has(name.toLowerCase())) continue;
    seen.add(name.toLowerCase());
    variables[name] = textOf(value);
  }
  const count = Object.keys(variables).length;
  if (count <= MOST_VARIABLES) return variables;
  throw new Error(
    `Variables: item ${itemIndex} has ${count} columns, but a contact can have at most ${MOST_VARIABLES} variables. Choose "Map Each Column Manually" and map those your campaigns use.`,
  );
}

function variableName(column: string): string | undefined {
  const name = column
    .trim()
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .slice(0, 32);
  return VARIABLE_NAME.test(name) && /[A-Za-z0-9]/.test(name) ? name : undefined;
}
