import type { FilePart } from './media-of';

/** Where files lie whose message names no host. */
const USUAL_HOST = 'mmg.whatsapp.net';

/**
 * Where the file of a message lies; null when that is not WhatsApp's. The address is the sender's word, who may name
 * any host of any network: so only WhatsApp's own are asked.
 * @param anyHost tests only: there is another WhatsApp
 */
export function fileAddress({ url, directPath }: FilePart, anyHost: boolean): string | null {
  const named = url && URL.canParse(url) ? new URL(url) : null;
  const host = named && isTrusted(named, anyHost) ? named.host : USUAL_HOST;
  // A path that does not begin with a slash would become a part of the host's name.
  const address = directPath ? `https://${host}/${directPath.replace(/^\/+/, '')}` : (url ?? '');
  if (!URL.canParse(address)) return null;
  const found = new URL(address);
  return isTrusted(found, anyHost) ? found.href : null;
}

function isTrusted({ protocol, hostname, port, username, password }: URL, anyHost: boolean): boolean {
  if (protocol !== 'https:' || username || password) return false;
  return anyHost || (port === '' && hostname.endsWith('.whatsapp.net'));
}
