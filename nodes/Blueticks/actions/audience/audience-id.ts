import type { IExecuteFunctions } from 'n8n-workflow';
import { chosenId, chosenPath, resourceLocator } from '../resource-locator';

const audience = {
  displayName: 'Audience',
  name: 'audienceId',
  noun: 'audience',
  prefix: 'aud_',
  search: 'searchAudiences',
  description: 'The list of contacts. "Create" of the resource "Audience" gives its ID in its output.',
};

const contact = {
  displayName: 'Contact',
  name: 'contactId',
  noun: 'contact',
  prefix: 'con_',
  search: 'searchContacts',
  description: 'The contact of the audience. "Get" with "Include Contacts" gives their IDs.',
};

export const audienceIdField = resourceLocator(audience);
export const contactIdField = resourceLocator(contact);

/** The path of the chosen audience. @throws Error when none is chosen */
export function audiencePath(context: IExecuteFunctions, itemIndex: number): string {
  return chosenPath(context, itemIndex, audience, '/v1/audiences');
}

/** The id of the chosen audience. @throws Error when none is chosen */
export function chosenAudience(context: IExecuteFunctions, itemIndex: number): string {
  audiencePath(context, itemIndex);
  return chosenId(context, audience.name, itemIndex);
}

/** The path of the chosen contact in its audience. @throws Error when one of the two is not chosen */
export function contactPath(context: IExecuteFunctions, itemIndex: number): string {
  return chosenPath(context, itemIndex, contact, `${audiencePath(context, itemIndex)}/contacts`);
}
