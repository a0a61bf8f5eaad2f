import { request, type Agent } from 'undici';
import { createGuardedAgent, type GuardOptions } from '../network/guarded-agent';
import { proxiedDispatcher } from '../network/proxy/proxied-agents';
import type { OpenFile } from '../transport/media-source';
import { MEDIA_TIMEOUT_MS } from './fetch-media';
import { checkMediaUrl } from './media-url';

/** Limit for a whole file, however large. A slower reader has gone away. */
const LONGEST_MS = 15 * 60_000;

/**
 * Downloads files from WhatsApp's media hosts through the guarded agent. Redirects are not followed: those hosts
 * never redirect. With a proxy, that one looks their names up.
 */
export function createOpenFile(
  options: { allowPrivate: boolean } & Pick<GuardOptions, 'ca' | 'lookup' | 'tunnel'>,
): OpenFile {
  const { allowPrivate, ...guard } = options;
  const targets = allowPrivate ? 'any' : 'public';
  const createAgent = (): Agent =>
    guard.tunnel
      ? proxiedDispatcher(guard.tunnel, guard.ca)
      : createGuardedAgent({ ...guard, targets, connectTimeoutMs: MEDIA_TIMEOUT_MS });
  return async (url) => {
    const fault = checkMediaUrl(url, allowPrivate);
    if (fault) throw new Error(`The address of the file ${fault.message}`);
    const agent = createAgent();
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: agent,
        signal: AbortSignal.timeout(LONGEST_MS),
        headersTimeout: MEDIA_TIMEOUT_MS,
        bodyTimeout: MEDIA_TIMEOUT_MS,
        headers: { 'accept-encoding': 'identity', origin: 'https://web.whatsapp.com' },
      });
      body.once('close', () => void agent.destroy());
      const length = Number(headers['content-length']);
      return { status: statusCode, length: Number.isSafeInteger(length) ? length : null, body };
    } catch (error) {
      void agent.destroy();
      throw error;
    }
  };
}
