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

  /** n8n would ask for the domains that may get the key: `authenticate` gives it to its own engine alone. */
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
          description: 'The engine that came with this package runs beside n8n. Nothing to install or type.',
        },
        {
          name: 'At a URL',
          value: 'url',
          description: 'An engine that you run yourself: its own process, Docker, or another machine',
        },
      ],
      default: 'bundled',
      description: 'Where the program runs that holds the link to WhatsApp and sends when a message is due',
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
          description: 'Real messages from the WhatsApp number that you link',
        },
        {
          name: 'Sandbox (Test)',
          value: 'test',
          description:
            'Nothing is really sent: try a workflow out without a phone, for example with +15005550001',
        },
      ],
      default: 'live',
      description: 'Whether messages are really sent. Test messages and live messages never see each other.',
    },
    {
      displayName:
        'Your phone is linked once, after this: a Blueticks node with the resource <b>Session</b> and the operation <b>Get QR Code</b> shows a code to scan with WhatsApp. Until then the test below says that no number is connected.',
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
      description: 'The address that the engine printed when it started',
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
        'Made with "npx n8n-nodes-blueticks keys create --mode live" where the engine runs. A key that begins with bt_test_ sends to the sandbox only.',
    },
  ];

  /** Adds the key, and only to requests to the credential's own engine. */
  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    requestOptions: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    const { baseUrl, apiKey } = await resolveConnection(credentials);
    const target = new URL(requestOptions.url, requestOptions.baseURL ?? baseUrl);
    if (target.origin !== new URL(baseUrl).origin) {
      throw new Error(
        `A Blueticks key is only sent to its own engine (${baseUrl}), not to ${target.origin}.`,
      );
    }
    requestOptions.headers = { ...requestOptions.headers, Authorization: `Bearer ${apiKey}` };
    return requestOptions;
  }
}
