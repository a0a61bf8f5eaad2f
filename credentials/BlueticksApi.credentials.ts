import type {
  ICredentialDataDecryptedObject,
  ICredentialType,
  Icon,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow';
import { resolveConnection } from './connection';

export class BlueticksApi implements ICredentialType {
  name = 'blueticksApi';

  displayName = 'Blueticks API';

  icon: Icon = { light: 'file:blueticks.svg', dark: 'file:blueticks.dark.svg' };

  documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-blueticks';

  /** n8n would ask which domains may get the key. `authenticate` only sends it to the credential's own engine. */
  hideDomainRestrictionFields = true;

  properties: INodeProperties[] = [
    {
      displayName: 'Engine',
      name: 'connection',
      type: 'options',
      options: [
        {
          name: 'On This Machine (Started for You)',
          value: 'bundled',
          description: 'The engine in this package runs next to n8n. Nothing to install or enter.',
        },
        {
          name: 'At a URL',
          value: 'url',
          description: 'An engine you run yourself: in its own process, in Docker, or on another machine',
        },
      ],
      default: 'bundled',
      description:
        'Where the engine runs. It is connected to WhatsApp and sends each message when it is due.',
    },
    {
      displayName: 'Messages Go To',
      name: 'mode',
      type: 'options',
      displayOptions: { show: { connection: ['bundled'] } },
      options: [
        {
          name: 'WhatsApp (Live)',
          value: 'live',
          description: 'Real messages from the WhatsApp number you link',
        },
        {
          name: 'Sandbox (Test)',
          value: 'test',
          description:
            'Nothing is really sent. Try out a workflow without a phone, for example with +15005550001.',
        },
      ],
      default: 'live',
      description: 'Whether messages are really sent. Test and live messages are kept completely apart.',
    },
    {
      displayName:
        'Next, link your phone, once: a Blueticks node with the resource <b>Session</b> and the operation <b>Get QR Code</b> shows a code to scan with WhatsApp. Until then, the test below says that no number is connected.',
      name: 'liveNotice',
      type: 'notice',
      displayOptions: { show: { connection: ['bundled'], mode: ['live'] } },
      default: '',
    },
    {
      displayName:
        'Nothing is really sent. A message to <b>+15005550001</b> is delivered and read, <b>+15005550004</b> replies "yes", <b>+15005550002</b> is not on WhatsApp.',
      name: 'testNotice',
      type: 'notice',
      displayOptions: { show: { connection: ['bundled'], mode: ['test'] } },
      default: '',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      displayOptions: { show: { connection: ['url'] } },
      default: 'http://127.0.0.1:7717',
      required: true,
      placeholder: 'e.g. http://127.0.0.1:7717',
      description: 'The URL the engine printed when it started',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      displayOptions: { show: { connection: ['url'] } },
      default: '',
      required: true,
      placeholder: 'e.g. bt_live_…',
      description:
        'Create one with "npx n8n-nodes-blueticks keys create --mode live" where the engine runs. A key that starts with bt_test_ only sends to the sandbox.',
    },
  ];

  /** Adds the key, but only to requests to the credential's own engine. */
  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    requestOptions: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    const { baseUrl, apiKey } = await resolveConnection(credentials);
    const target = new URL(requestOptions.url, requestOptions.baseURL ?? baseUrl);
    if (target.origin !== new URL(baseUrl).origin) {
      throw new Error(
        `A Blueticks key is only sent to its own engine, ${baseUrl}, not to ${target.origin}. Use the URL of the engine, or another credential.`,
      );
    }
    requestOptions.headers = { ...requestOptions.headers, Authorization: `Bearer ${apiKey}` };
    return requestOptions;
  }
}
