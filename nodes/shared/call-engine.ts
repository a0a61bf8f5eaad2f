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
import { isBundled, resolveConnection } from '../../../credentials/connection';
import { errorCodeOf, refusal, strangeAnswer, unreachable, type Explanation } from './explain-error';

export type CallContext = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface EngineCall {
  method: IHttpRequestMethods;
  /** From the engine's root, e.g. `/v1/scheduled-messages`. */
  path: string;
  body?: IDataObject;
  query?: IDataObject;
  headers?: IDataObject;
  /** The item that the call is for, named in its error. */
  itemIndex?: number;
  /** `buffer` for a file's content. */
  answer?: 'json' | 'buffer';
}

const CREDENTIAL = 'blueticksApi';
const TIMEOUT_MS = 60_000;
const MAX_RATE_LIMIT_WAITS = 3;
const LONGEST_RATE_LIMIT_WAIT_S = 30;

/**
 * One request to the credential's engine. Waits a rate limit out while it is short, and finds a bundled engine
 * again that was restarted. Answers the response's body.
 * @throws NodeApiError with what to do, `httpCode` being the status (absent when nothing answered)
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
  const explanation = ok ? strangeAnswer(baseUrl) : refusal(statusCode, body, baseUrl);
  throw nodeError(context, explanation, call, statusCode);
}

function nodeError(
  context: CallContext,
  { message, description, code }: Explanation,
  { itemIndex }: EngineCall,
  statusCode?: number,
): NodeApiError {
  // From a plain object: made from an HTTP error, n8n would put the response's own text over the description.
  const cause = { message, code: code ?? null, httpCode: statusCode ? String(statusCode) : null };
  const error = new NodeApiError(context.getNode(), cause, {
    message,
    description,
    httpCode: statusCode ? String(statusCode) : undefined,
    itemIndex,
  });
  if (code) error.context.engineCode = code;
  return error;
}
