import type {
  ICredentialDataDecryptedObject,
  ICredentialType,
  IHttpRequestOptions,
  IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { builtPackage } from './built-package';

/**
 * What n8n's server passes to its execution engine, here with one credential, `blueticksApi`. The test provides its data;
 * its own `authenticate` is called, as n8n's credentials helper does.
 */
export function additionalData(
  credential: ICredentialDataDecryptedObject,
  options: { executionId?: string; webhookBaseUrl?: string } = {},
): IWorkflowExecuteAdditionalData {
  const type: ICredentialType = new (builtPackage().BlueticksApi)();
  const base = options.webhookBaseUrl ?? 'http://127.0.0.1:5678';
  return {
    executionId: options.executionId,
    currentNodeExecutionIndex: 0,
    variables: {},
    restApiUrl: `${base}/rest`,
    instanceBaseUrl: base,
    formBaseUrl: `${base}/form`,
    formTestBaseUrl: `${base}/form-test`,
    formWaitingBaseUrl: `${base}/form-waiting`,
    webhookBaseUrl: `${base}/webhook`,
    webhookTestBaseUrl: `${base}/webhook-test`,
    webhookWaitingBaseUrl: `${base}/webhook-waiting`,
    mcpBaseUrl: `${base}/mcp`,
    mcpTestBaseUrl: `${base}/mcp-test`,
    credentialsHelper: {
      getParentTypes: () => [],
      isCredentialUsableByNode: () => true,
      getDecrypted: async () => ({ ...credential }),
      getCredentialsProperties: () => type.properties,
      preAuthentication: async () => undefined,
      authenticate: async (
        data: ICredentialDataDecryptedObject,
        _type: string,
        request: IHttpRequestOptions,
      ) => {
        if (typeof type.authenticate !== 'function') throw new Error('authenticate is not a function');
        return await type.authenticate(data, request);
      },
    },
  } as unknown as IWorkflowExecuteAdditionalData;
}
