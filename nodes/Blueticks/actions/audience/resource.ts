import { describeResource } from '../describe-resource';

export const AUDIENCES = '/v1/audiences';

export const audiences = describeResource({
  noun: 'audience',
  prefix: 'aud_',
  path: AUDIENCES,
  description: 'The list of contacts. The output of "Create" of the resource "Audience" contains its ID.',
});

/** The contacts of the chosen audience. */
export const contacts = describeResource({
  noun: 'contact',
  prefix: 'con_',
  path: (context, itemIndex) => audiences.chosenPath(context, itemIndex, 'contacts'),
  description: 'The contact of the audience. The output of "Get" with "Include Contacts" contains their IDs.',
});
