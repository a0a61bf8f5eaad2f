import type { IExecuteFunctions } from 'n8n-workflow';
import { chosenPath, resourceLocator } from '../resource-locator';

const locator = {
  displayName: 'Message',
  name: 'messageId',
  noun: 'message',
  prefix: 'msg_',
  search: 'searchMessages',
  description: 'The message to work on. "Schedule" and "Send" give its ID in their output.',
};

/** The message that an operation works on. */
export const messageIdField = resourceLocator(locator);

/** The path of the chosen message. @throws Error when none is chosen */
export function messagePath(context: IExecuteFunctions, itemIndex: number): string {
  return chosenPath(context, itemIndex, locator, '/v1/scheduled-messages');
}
