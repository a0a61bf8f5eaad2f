import type { IWebhookDescription } from 'n8n-workflow';

/** Where n8n takes the answer of a person in: at the signed address of the one execution that waits for it. */
export const waitWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    // n8n answers after the execution is under way again: until then the engine keeps the answer.
    responseMode: 'onReceived',
    // n8n looks for the webhook by the end of the signed address, which is the node's id.
    path: '={{ $nodeId }}',
    restartWebhook: true,
    isFullPath: true,
  },
];
