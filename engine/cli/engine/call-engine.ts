import { request, type ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineFile } from '../../data-folder/engine-file';
import { proveEngine } from '../../data-folder/prove-engine';
import { EngineError, type ErrorCode, type ErrorDetail } from '../../errors';

/** The bytes of a CSV file. */
export type Upload = AsyncIterable<Uint8Array>;

/** Calls a running engine over HTTP. @throws EngineError as the engine answers it */
export type CallEngine = <T>(method: string, path: string, body?: object | Upload) => Promise<T>;

interface Answer {
  status: number;
  body: string;
}

/** Longer than the API waits for the process that owns a session. An upload has no limit: an import takes minutes. */
const TIMEOUT_MS = 30_000;
/** How long the answer to an upload may still take after its connection broke. */
const LATE_ANSWER_MS = 1_000;

/**
 * The HTTP client of the command line. It uses `node:http` and not `fetch`, which gives up on an answer that takes
 * minutes.
 * @param baseUrl such as `http://127.0.0.1:7717/v1`
 * @param key an API key
 * @param aborted ends the calls that are running
 */
export function apiClient(baseUrl: string, key: string, aborted?: AbortSignal): CallEngine {
  return client(baseUrl, async () => `Bearer ${key}`, aborted);
}

/**
 * Calls paths under `/control` of the engine that has the data folder. Before each call, the engine has to prove that it
 * is that engine.
 */
export function controlClient(file: EngineFile, aborted?: AbortSignal): CallEngine {
  const authorize = async (method: string, path: string): Promise<string> => {
    const proven = await proveEngine(file);
    if (proven) return proven.authorize(method, `/control${path}`);
    throw new Error(
      `The program at ${file.url} could not prove that it is the engine of this data folder. The engine may have just stopped: try again.`,
    );
  };
  return client(`${file.url}/control`, authorize, aborted);
}

function client(
  baseUrl: string,
  authorize: (method: string, path: string) => Promise<string>,
  aborted?: AbortSignal,
): CallEngine {
  return async <T>(method: string, path: string, body?: object | Upload) => {
    const upload = body && Symbol.asyncIterator in body ? body : null;
    const type = upload ? 'text/csv' : 'application/json';
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signals = [...(aborted ? [aborted] : []), ...(upload ? [] : [timeout])];
    const authorization = await authorize(method, path);
    const asked = request(baseUrl + path, {
      method,
      headers: { authorization, ...(body ? { 'content-type': type } : {}) },
      signal: AbortSignal.any(signals),
    });
    const answered = answerTo(asked);
    if (!upload) asked.end(body && JSON.stringify(body));
    const { status, body: json } = await (upload ? send(upload, asked, answered) : answered).catch(
      (error: unknown) => {
        if (!timeout.aborted || aborted?.aborted || upload) throw error;
        throw new Error(
          `The engine at ${baseUrl} did not answer within ${TIMEOUT_MS / 1000} s. Check its log.`,
        );
      },
    );
    return read<T>(status, json);
  };
}

function answerTo(asked: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
  });
}

/** The engine may refuse a file, and hang up, before it has read all of it. Its answer, which says why, may come late. */
async function send(upload: Upload, asked: ClientRequest, answered: Promise<Answer>): Promise<Answer> {
  const sent = pipeline(Readable.from(upload, { objectMode: false }), asked);
  try {
    return await Promise.race([answered, sent.then(() => answered)]);
  } catch (error) {
    const late = await Promise.race([answered, sleep(LATE_ANSWER_MS, null)]).catch(() => null);
    if (late) return late;
    throw error;
  }
}

function read<T>(status: number, json: string): T {
  const answer = JSON.parse(json) as {
    error?: { code: ErrorCode; message: string; details?: ErrorDetail[] };
  };
  if (!answer.error) return answer as T;
  const { code, message, details } = answer.error;
  throw new EngineError(code, message, { status, ...(details ? { details } : {}) });
}
