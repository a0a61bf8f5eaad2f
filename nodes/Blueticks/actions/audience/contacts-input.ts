import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { columnName, nameKey } from '../../../shared/variable-name';
import { cellText, isCell, readText, textOf } from '../read-field';

export interface Contact {
  to: string;
  variables?: Record<string, string>;
  /** The input item it comes from. */
  itemIndex: number;
}

const MOST_VARIABLES = 32;

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
          description: 'Letters of any script, digits and _, at most 32 characters',
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
    "The contact's own values for the text of a campaign. The column first_name, or what you map to it, replaces {first_name} there. Spaces in the name of a column become _. Lists and objects are left out.",
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

/** One contact from each of the items. @throws Error that names an item without a number, or its column at fault */
export function contactsOfItems(context: IExecuteFunctions, itemIndexes: number[]): Contact[] {
  const leftOut = new Set<string>();
  const contacts = itemIndexes.map((itemIndex) => {
    const to = readText(context, 'to', itemIndex).trim();
    if (!to) {
      throw new Error(
        `To: item ${itemIndex} has no phone number. Check the expression, or filter out such items before this node.`,
      );
    }
    return { to, ...variablesOfItem(context, itemIndex, leftOut), itemIndex };
  });
  if (leftOut.size > 0) {
    const columns = [...leftOut].map((column) => `"${column}"`).join(', ');
    context.addExecutionHints({
      message: `Left out of the variables: ${columns}. They are lists or objects, not text.`,
      location: 'outputPane',
    });
  }
  return contacts;
}

/** The contacts typed in as rows. */
export function contactsOfRows(context: IExecuteFunctions, itemIndex: number): Contact[] {
  const { contact = [] } = context.getNodeParameter('contacts', itemIndex, {}) as IDataObject;
  return (contact as IDataObject[]).map((row) => ({
    to: textOf(row.to, 'Contacts, To').trim(),
    ...readVariables(row.variables),
    itemIndex,
  }));
}

/** `{variable: [{name, value}]}` of the form, as a body field of the engine's API; without it if there are none. */
export function readVariables(value: unknown): { variables?: Record<string, string> } {
  const rows = ((value as IDataObject | undefined)?.variable ?? []) as IDataObject[];
  const named = rows.map((row) => {
    const name = textOf(row.name, 'Variables, Name').trim();
    return [name, cellText(row.value, `Variables, ${name}`)] as const;
  });
  return unlessEmpty(Object.fromEntries(named.filter(([name]) => name !== '')));
}

/**
 * The variables of an item's contact: its columns, or what is mapped to each variable. Also accepts the form of rows,
 * as older workflows have it.
 * @param leftOut gets the names of columns without a text
 * @throws Error if the item has more columns than a contact can have variables, or one that cannot be a variable
 */
function variablesOfItem(
  context: IExecuteFunctions,
  itemIndex: number,
  leftOut: Set<string>,
): { variables?: Record<string, string> } {
  const given = context.getNodeParameter('variables', itemIndex, {}) as IDataObject;
  if (!('mappingMode' in given)) return readVariables(given);
  return unlessEmpty(
    given.mappingMode === 'autoMapInputData'
      ? fromColumns(context.getInputData()[itemIndex]?.json ?? {}, itemIndex, leftOut)
      : fromMapping((given.value ?? {}) as IDataObject),
  );
}

function unlessEmpty(variables: Record<string, string>): { variables?: Record<string, string> } {
  return Object.keys(variables).length > 0 ? { variables } : {};
}

function fromMapping(value: IDataObject): Record<string, string> {
  const texts = Object.entries(value).map(
    ([name, each]) => [name, cellText(each, `Variables, ${name}`)] as const,
  );
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/** "First name" becomes `First_name`. Empty columns are left out, and lists and objects, which are not text. */
function fromColumns(json: IDataObject, itemIndex: number, leftOut: Set<string>): Record<string, string> {
  const variables = new Map<string, [name: string, value: string]>();
  const faults: string[] = [];
  for (const [column, value] of Object.entries(json)) {
    if (value === null || value === undefined || value === '') continue;
    if (!isCell(value)) {
      leftOut.add(column);
      continue;
    }
    const name = columnName(column);
    const same = name === null ? undefined : variables.get(nameKey(name))?.[0];
    if (name === null) faults.push(`column "${column}" cannot be a variable`);
    else if (same !== undefined) faults.push(`column "${column}" is the same variable as ${same}`);
    else variables.set(nameKey(name), [name, cellText(value, column)]);
  }
  const fix = 'Choose "Map Each Column Manually" and map those your campaigns use';
  if (faults.length > 0)
    throw new Error(
      `Variables: item ${itemIndex}, ${faults.join('; ')}. Rename it, or ${fix.charAt(0).toLowerCase()}${fix.slice(1)}.`,
    );
  if (variables.size > MOST_VARIABLES)
    throw new Error(
      `Variables: item ${itemIndex} has ${variables.size} columns, but a contact can have at most ${MOST_VARIABLES} variables. ${fix}.`,
    );
  return Object.fromEntries(variables.values());
}
