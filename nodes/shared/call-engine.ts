import {
  NodeApiError,
  NodeOperationError,
  sleep,
  type IDataObject,
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestMethods,
  type IHttpRequestOptions,
  type ILoadOptionsFunctions,
  type IN8nHttpFullResponse,
  type IWebhookFunctions,
} from 'n8n-workflow';
import { isBundled, resolveConnection } from '../../credentials/connection';
import { errorCodeOf, refusal, unexpectedAnswer, unreachable, type Explanation } from './explain-error';

export type CallContext = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface EngineCall {
  method: IHttpRequestMethods;
  /** From the engine's root, e.g. `/v1/scheduled-messages`. */
  path: string;
  body?: IDataObject;
  query?: IDataObject;
  headers?: IDataObject;
  /** The item the call is for, named in its error. */
  itemIndex?: number;
  /** `buffer` for the content of a file. */
  answer?: 'json' | 'buffer';
}

const CREDENTIAL = 'blueticksApi';
const TIMEOUT_MS = 60_000;
const MAX_RATE_LIMIT_WAITS = 3;
const LONGEST_RATE_LIMIT_WAIT_S = 30;

/** The path of one thing in a list, e.g. `pathTo('/v1/webhooks', 'wh_1', 'deliveries')`. */
export function pathTo(list: string, id: unknown, ...below: string[]): string {
  return [list, encodeURIComponent(String(id)), ...below].join('/');
}

/**
 * Sends one request to the credential's engine and returns the body of the response. Waits out a short rate limit, and
 * finds a bundled engine again after it restarted.
 * @throws NodeApiError that says what to do. `httpCode` is the status; it is missing if nothing answered.
 */
export async function callEngine<T = IDataObject>(context: CallContext, call: EngineCall): Promise<T> {
  let renew = false;
  let waits = 0;
  for (;;) {
    const { baseUrl, bundled } = await connect(context, call, renew);
    let response: IN8nHttpFullResponse;
    try {
      response = (await context.helpers.httpRequestWithAuthentication.call(
        context,
        CREDENTIAL,
        requestOptions(call, baseUrl),
      )) as IN8nHttpFullResponse;
    } catch (error) {
      if (bundled && !renew && errorCodeOf(error) === 'ECONNREFUSED') {
        renew = true;
        continue;
      }
      throw nodeError(context, unreachable(error, baseUrl), call);
    }
    if (response.statusCode === 401 && bundled && !renew) {
      renew = true;
      continue;
    }
    const wait = Number(response.headers['retry-after'] ?? 1);
    if (response.statusCode === 429 && waits < MAX_RATE_LIMIT_WAITS && wait <= LONGEST_RATE_LIMIT_WAIT_S) {
      waits += 1;
      await sleep(wait * 1000);
      continue;
    }
    return bodyOf<T>(context, call, response, baseUrl);
  }
}

async function connect(context: CallContext, call: EngineCall, renew: boolean) {
  const credentials = await context.getCredentials(CREDENTIAL, call.itemIndex);
  try {
    const { baseUrl } = await resolveConnection(credentials, renew);
    return { baseUrl, bundled: isBundled(credentials) };
  } catch (error) {
    throw new NodeOperationError(context.getNode(), error as Error, { itemIndex: call.itemIndex });
  }
}

function requestOptions(call: EngineCall, baseUrl: string): IHttpRequestOptions {
  return {
    method: call.method,
    baseURL: baseUrl,
    url: call.path,
    body: call.body,
    qs: call.query,
    headers: call.headers,
    timeout: TIMEOUT_MS,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    disableFollowRedirect: true,
    ...(call.answer === 'buffer' ? { encoding: 'arraybuffer' as const } : { json: true }),
  };
}

function bodyOf<T>(
  context: CallContext,
  call: EngineCall,
  response: IN8nHttpFullResponse,
  baseUrl: string,
): T {
  const { statusCode, body } = response;
  const ok = statusCode >= 200 && statusCode < 300;
  if (ok && (call.answer === 'buffer' || (typeof body === 'object' && body !== null))) return body as T;
  const explanation = ok ? unexpectedAnswer(baseUrl) : refusal(statusCode, body, baseUrl);
  throw nodeError(context, explanation, call, statusCode);
}

/** The same error about another item. */
export function forItem(context: CallContext, error: NodeApiError, itemIndex: number): NodeApiError {
  const { message, description, httpCode } = error;
  const code = error.context.engineCode as string | undefined;
  return nodeError(
    context,
    { message, description: description ?? '', code },
    { itemIndex },
    httpCode ? Number(httpCode) : undefined,
  );
}

function nodeError(
  context: CallContext,
  { message, description, code }: Explanation,
  { itemIndex }: Pick<EngineCall, 'itemIndex'>,
  statusCode?: number,
): NodeApiError {
  const httpCode = statusCode ? String(statusCode) : null;
  // Built from a plain object: from an HTTP error, n8n would replace our description with the text of the response.
  const error = new NodeApiError(
    context.getNode(),
    { message, code: code ?? null, httpCode },
    { message, description, httpCode: httpCode ?? undefined, itemIndex },
  );
  if (code) error.context.engineCode = code;
  return error;
}
