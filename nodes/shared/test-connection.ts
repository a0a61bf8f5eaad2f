import type {
  ICredentialDataDecryptedObject,
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';
import { isBundled, resolveConnection, type Connection } from '../../credentials/connection';
import { refusal, unexpectedAnswer, unreachable, type Explanation } from './explain-error';

interface Ping {
  key_prefix?: string;
}

interface Engines {
  data?: Array<{ connected?: boolean; phone?: string | null; state?: string; reason?: string | null }>;
  /** How to link a number, if none is linked. */
  message?: string;
}

interface Answer {
  statusCode: number;
  body: unknown;
}

/**
 * Tests a credential step by step, so that the message names the step that fails: the engine answers, the key works,
 * and, for live messages, a WhatsApp number is linked.
 */
export async function testConnection(
  this: ICredentialTestFunctions,
  credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
  const credentials = credential.data ?? {};
  let connection: Connection;
  try {
    connection = await resolveConnection(credentials, isBundled(credentials));
  } catch (error) {
    return failed((error as Error).message);
  }
  const ping = await ask(this, connection, '/v1/ping');
  if ('fault' in ping) return failed(textOf(ping.fault));
  const prefix = (ping.body as Ping).key_prefix;
  if (!prefix) return failed(textOf(unexpectedAnswer(connection.baseUrl)));
  if (prefix.startsWith('bt_test_')) return { status: 'OK', message: 'Connected to the sandbox' };
  const engines = await ask(this, connection, '/v1/engines');
  if ('fault' in engines) return failed(textOf(engines.fault));
  const { data = [], message } = engines.body as Engines;
  if (data.some(({ connected }) => connected)) {
    return { status: 'OK', message: 'Connected, and a WhatsApp number is linked' };
  }
  const states = data.map(
    ({ phone, state, reason }) => `${phone ?? 'A number'} is ${state}${reason ? ` (${reason})` : ''}.`,
  );
  return failed(
    [
      'The engine answers and the key works, but no WhatsApp number is connected, so nothing can be sent yet.',
      ...states,
      message ?? '',
      'You can save this credential now.',
    ]
      .filter(Boolean)
      .join(' '),
  );
}

/** A GET with the key. A network error or an error status is returned as `fault`. */
async function ask(
  context: ICredentialTestFunctions,
  { baseUrl, apiKey }: Connection,
  path: string,
): Promise<Answer | { fault: Explanation }> {
  let answer: Answer;
  try {
    answer = (await context.helpers.request({
      method: 'GET',
      uri: `${baseUrl}${path}`,
      headers: { Authorization: `Bearer ${apiKey}` },
      json: true,
      simple: false,
      resolveWithFullResponse: true,
      timeout: 10_000,
    })) as Answer;
  } catch (error) {
    return { fault: unreachable(error, baseUrl) };
  }
  if (answer.statusCode >= 400) return { fault: refusal(answer.statusCode, answer.body, baseUrl) };
  if (typeof answer.body !== 'object' || answer.body === null) return { fault: unexpectedAnswer(baseUrl) };
  return answer;
}

function failed(message: string): INodeCredentialTestResult {
  return { status: 'Error', message };
}

function textOf({ message, description }: Explanation): string {
  return `${/[.!?]$/.test(message) ? message : `${message}.`} ${description}`;
}
