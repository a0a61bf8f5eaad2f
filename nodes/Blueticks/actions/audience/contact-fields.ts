import type { INodeProperties } from 'n8n-workflow';

/** Words of a contact that fill the `{tokens}` of a campaign. */
export const variablesField: INodeProperties = {
  displayName: 'Variables',
  name: 'variables',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  default: {},
  placeholder: 'Add Variable',
  description:
    "The contact's own words for the text of a campaign: {first_name} there is the one named so here",
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
          description: 'Letters, digits and _, at most 32 of them',
        },
        {
          displayName: 'Value',
          name: 'value',
          type: 'string',
          default: '',
          placeholder: 'e.g. Anna',
          description: 'What stands in the text for it, at most 1024 characters',
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
    "The contact's own words for the text of a campaign: {first_name} there is the column of that name, or what you map to it",
  typeOptions: {
    loadOptionsDependsOn: ['audienceId.value'],
    resourceMapper: {
      resourceMapperMethod: 'getVariables',
      mode: 'map',
      fieldWords: { singular: 'variable', plural: 'variables' },
      valuesLabel: 'Variables',
      addAllFields: true,
      supportAutoMap: true,
      noFieldsError: 'No campaign has {tokens} yet: map automatically.',
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

/** Contacts typed in as rows, or one from each input item. */
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
        description: 'One contact from each item, such as the rows of a spreadsheet; all go in together',
      },
      { name: 'Rows Below', value: 'rows', description: 'The contacts that are typed in here' },
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
    hint: 'An expression that reads the number from the item: put the name of its column for "phone"',
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
