import { request, type Agent, type Dispatcher } from 'undici';
import { systemClock } from '../async/clock';
import { connectionFault } from '../network/connection-fault';
import { withDeadline } from '../async/deadline';
import { createGuardedAgent, type GuardOptions } from '../network/guarded-agent';
import { MediaError, tooLarge } from './media-error';
import { filenameOf } from './media-filename';
import { detectMime } from './media-kind';
import { MAX_MEDIA_BYTES, MEDIA_TIMEOUT_MS } from './media-limits';
import { checkMediaUrl } from './media-url';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Answers that say "not now" rather than "not this". */
const PASSING_STATUSES = [408, 425, 429];

export interface FetchMediaOptions extends Pick<GuardOptions, 'ca' | 'lookup'> {
  /** BLUETICKS_ALLOW_PRIVATE_MEDIA. */
  allowPrivate: boolean;
  maxBytes?: number;
  /** Takes the first `maxBytes` of what is larger, in place of refusing it. */
  cutOff?: boolean;
  /** For the whole: every redirect, the connection and the body. */
  timeoutMs?: number;
}

export interface FetchedMedia {
  bytes: Buffer;
  /** By the bytes, then by what the server and the name say. */
  mime: string;
  /** Content-Type as the server sent it, with its charset. */
  contentType: string | null;
  filename: string | null;
  /** After redirects. May hold access tokens: not for logs. */
  finalUrl: string;
}

/**
 * Gets a file that a caller named by URL, without letting that URL reach into private networks.
 * @throws MediaError, and nothing else.
 */
export async function fetchMedia(url: string, options: FetchMediaOptions): Promise<FetchedMedia> {
  const { allowPrivate, maxBytes = MAX_MEDIA_BYTES, timeoutMs = MEDIA_TIMEOUT_MS, ca, lookup } = options;
  const cutOff = options.cutOff ?? false;
  const agent = createGuardedAgent({
    targets: allowPrivate ? 'any' : 'public',
    connectTimeoutMs: timeoutMs,
    ...(ca === undefined ? {} : { ca }),
    ...(lookup === undefined ? {} : { lookup }),
  });
  try {
    return await withDeadline(systemClock, timeoutMs, async (signal) => {
      const { response, finalUrl } = await follow(url, allowPrivate, agent, signal);
      const bytes = await readCapped(response, maxBytes, cutOff);
      const filename = filenameOf(header(response, 'content-disposition'), finalUrl);
      const contentType = header(response, 'content-type');
      const mime = detectMime({ bytes, declared: contentType, filename });
      return { bytes, mime, contentType, filename, finalUrl };
    });
  } catch (error) {
    if (error instanceof MediaError) throw error;
    const { text, mayPass } = connectionFault(error);
    throw new MediaError('media_unreachable', `media could not be fetched: ${text}`, mayPass);
  } finally {
    // One fetch, one agent: nothing of an unfinished answer or an idle connection stays behind.
    void agent.destroy();
  }
}

async function follow(
  url: string,
  allowPrivate: boolean,
  agent: Agent,
  signal: AbortSignal,
): Promise<{ response: Dispatcher.ResponseData; finalUrl: string }> {
  let current = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const fault = checkMediaUrl(current, allowPrivate);
    if (fault) throw unreachable(`${hop === 0 ? 'its URL' : 'a redirect'} ${fault.message}`);
    const response = await request(current, {
      dispatcher: agent,
      signal,
      // A compressed answer could be any size once unpacked, so none is asked for.
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'blueticks-engine' },
    });
    const { statusCode } = response;
    if (!REDIRECTS.includes(statusCode)) {
      if (statusCode === 200) return { response, finalUrl: current };
      drop(response);
      throw unreachable(`answered ${statusCode}`, statusCode >= 500 || PASSING_STATUSES.includes(statusCode));
    }
    drop(response);
    const location = header(response, 'location');
    if (location === null || !URL.canParse(location, current)) {
      throw unreachable(`answered ${statusCode} without a usable Location`);
    }
    current = new URL(location, current).href;
  }
  throw unreachable(`redirected more than ${MAX_REDIRECTS} times`);
}

async function readCapped(
  response: Dispatcher.ResponseData,
  maxBytes: number,
  cutOff: boolean,
): Promise<Buffer> {
  const encoding = header(response, 'content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    drop(response);
    throw unreachable('answered with a compressed body, which was not asked for');
  }
  if (!cutOff && Number(header(response, 'content-length') ?? 0) > maxBytes) {
    drop(response);
    throw tooLarge(maxBytes);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    // Leaving the loop ends the stream and with it the connection.
    if (size > maxBytes && !cutOff) throw tooLarge(maxBytes);
    if (size > maxBytes) return Buffer.concat(chunks, maxBytes);
  }
  if (size === 0) throw unreachable('answered with an empty body');
  return Buffer.concat(chunks, size);
}

function unreachable(what: string, mayPass = false): MediaError {
  return new MediaError('media_unreachable', `media could not be fetched: ${what}`, mayPass);
}

/** Ends an answer that nobody wants; without a listener its end would count as an unhandled error. */
function drop(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => undefined).destroy();
}

function header(response: Dispatcher.ResponseData, name: string): string | null {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
