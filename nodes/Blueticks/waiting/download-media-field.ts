import type { INodeProperties, IWebhookFunctions } from 'n8n-workflow';

export const downloadMediaField: INodeProperties = {
  displayName: 'Download Media',
  name: 'downloadMedia',
  type: 'boolean',
  default: false,
  description:
    'Whether to get the file of an answer (a picture, a voice message, a document) as binary data, in the property "data"',
};

/** Asked for alone: an expression of another option may not be evaluated any more when the answer is there. */
export function wantsMedia(context: IWebhookFunctions): boolean {
  return context.getNodeParameter('options.downloadMedia', false) === true;
}
