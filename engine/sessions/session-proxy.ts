import { newId } from '../domain/ids';
import type { ErrorDetail } from '../errors';
import type { Encryption } from '../encryption/encryption';
import type { Work } from '../events/transact';
import { isProxy, maskProxy, readProxyUrl } from '../network/proxy/proxy-url';
import { insertRequest } from '../store/tables/session-requests';
import { saveProxy } from '../store/tables/session-settings';
import { type SessionRow } from '../store/tables/sessions';

/** What is wrong with the URL of a proxy, without repeating it. */
export function proxyFaults(url: string | null | undefined): ErrorDetail[] {
  const read = typeof url === 'string' ? readProxyUrl(url) : null;
  return read === null || isProxy(read) ? [] : [{ path: 'proxy', ...read }];
}

/**
 * Stores the proxy of a session, and has its owner take it at once. The same proxy once more changes nothing.
 * @param url null removes it; one that `proxyFaults` finds nothing wrong with
 */
export async function changeProxy(
  work: Work,
  row: SessionRow,
  url: string | null,
  encryption: Encryption,
): Promise<SessionRow | undefined> {
  if (url === knownProxy(row, encryption)) return row;
  const changed = await saveProxy(work.sql, row.id, url === null ? null : sealed(row.id, url, encryption));
  // Nobody waits for the answer: the owner compares the row every few seconds, too.
  await insertRequest(work.sql, newId('request'), row.id, { kind: 'reload_settings' });
  work.wake(row.id, work.now.getTime());
  return changed;
}

/** The URL of a session's proxy, with user and password; null if it has none. @throws CannotDecrypt */
export function openProxy(sessionId: string, sealed: Buffer | null, encryption: Encryption): string | null {
  return sealed && encryption.openText(sealed, place(sessionId));
}

function sealed(sessionId: string, url: string, encryption: Encryption): { sealed: Buffer; shown: string } {
  const proxy = readProxyUrl(url);
  if (!isProxy(proxy)) throw new Error(`The proxy ${proxy.message}`);
  return { sealed: encryption.seal(url, place(sessionId)), shown: maskProxy(proxy) };
}

/** Another key than the one that it was sealed with must not keep anybody from setting the proxy anew. */
function knownProxy(row: SessionRow, encryption: Encryption): string | null | undefined {
  try {
    return openProxy(row.id, row.sealed_proxy, encryption);
  } catch {
    return undefined;
  }
}

const place = (sessionId: string): string => `${sessionId}/proxy`;
