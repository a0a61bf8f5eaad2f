import { request, type Agent, type Dispatcher } from 'undici';
import { systemClock } from '../async/clock';
import { connectionFault } from '../network/connection-fault';
import { withDeadline } from '../async/deadline';
import { createGuardedAgent, type GuardOptions } from '../network/guarded-agent';
import { MediaError, tooLarge } from './media-error';
import { filenameOf } from './content-disposition';
import { detectMime } from './media-kind';
import { checkMediaUrl } from './media-url';

/**
 * The maximum size of a media file of any kind, in bytes. WhatsApp allows 16 MiB for images, video and audio, and more for documents.
 * One limit for all keeps memory and the embedded database small on a machine that also runs n8n.
 */
const MAX_MEDIA_BYTES = 16 * 1024 * 1024;

/** For a whole fetch, including redirects. */
export const MEDIA_TIMEOUT_MS = 30_000;

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Temporary error statuses. */
const PASSING_STATUSES = [408, 425, 429];

export interface FetchMediaOptions extends Pick<GuardOptions, 'ca' | 'lookup' | 'tunnel'> {
  /** BLUETICKS_ALLOW_PRIVATE_MEDIA. */
  allowPrivate: boolean;
  maxBytes?: number;
  /** Cuts a larger file off at `maxBytes` instead of refusing it. */
  cutOff?: boolean;
  /** Limit for everything: connection, redirects and body. */
  timeoutMs?: number;
}

export interface FetchedMedia {
  bytes: Buffer;
  /** By the bytes first, then by the server and the name. */
  mime: string;
  /** Content-Type as the server sent it, with its charset. */
  contentType: string | null;
  filename: string | null;
  /** After redirects. May hold access tokens: not for logs. */
  finalUrl: string;
}

/**
 * Fetches the file at a URL that a client gave, but never from a private network.
 * @throws MediaError and nothing else
 */
export async function fetchMedia(url: string, options: FetchMediaOptions): Promise<FetchedMedia> {
  const {
    allowPrivate,
    maxBytes = MAX_MEDIA_BYTES,
    timeoutMs = MEDIA_TIMEOUT_MS,
    ca,
    lookup,
    tunnel,
  } = options;
  const cutOff = options.cutOff ?? false;
  const agent = createGuardedAgent({
    targets: allowPrivate ? 'any' : 'public',
    connectTimeoutMs: timeoutMs,
    ...(ca === undefined ? {} : { ca }),
    ...(lookup === undefined ? {} : { lookup }),
    ...(tunnel === undefined ? {} : { tunnel }),
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
    // An agent for each fetch: no unfinished response or idle connection stays behind.
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
      // No compression: the unpacked size could be anything.
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
    throw unreachable('answered with a compressed body');
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
    // Leaving the loop ends the stream and its connection.
    if (size > maxBytes && !cutOff) throw tooLarge(maxBytes);
    if (size > maxBytes) return Buffer.concat(chunks, maxBytes);
  }
  if (size === 0) throw unreachable('answered with an empty body');
  return Buffer.concat(chunks, size);
}

function unreachable(what: string, mayPass = false): MediaError {
  return new MediaError('media_unreachable', `media could not be fetched: ${what}`, mayPass);
}

/** Drops a response. Without a listener its end would be an unhandled error. */
function drop(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => undefined).destroy();
}

function header(response: Dispatcher.ResponseData, name: string): string | null {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
