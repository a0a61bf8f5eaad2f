import { isAllowedAddress, literalAddress } from '../network/address-policy';
import type { Fault } from '../network/fault';

const PORTS = ['', '443', '8443'];

/**
 * What is wrong with a media URL, or null. It checks requests and every redirect. Host names are not looked up here: the
 * guarded agent checks the address when it connects.
 * @param allowPrivate BLUETICKS_ALLOW_PRIVATE_MEDIA: also allows http, any port and private addresses
 */
export function checkMediaUrl(url: string, allowPrivate: boolean): Fault | null {
  if (!URL.canParse(url)) {
    return {
      code: 'invalid_url',
      message: 'is not a URL. Use a full one, such as https://example.com/photo.jpg.',
    };
  }
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) {
    return {
      code: 'scheme_not_allowed',
      message: `starts with "${protocol}". Use an https:// URL, or send the bytes as data_base64.`,
    };
  }
  if (username || password) {
    return {
      code: 'credentials_in_url',
      message: 'contains a user name or password. Use a URL without them, or send the bytes as data_base64.',
    };
  }
  if (!allowPrivate && !PORTS.includes(port)) {
    return { code: 'port_not_allowed', message: `uses port ${port}. Use port 443 or 8443.` };
  }
  const address = literalAddress(hostname);
  if (address !== null && !isAllowedAddress(address, allowPrivate ? 'any' : 'public')) {
    return { code: 'address_not_allowed', message: addressMessage(address, allowPrivate) };
  }
  return null;
}

function addressMessage(address: string, allowPrivate: boolean): string {
  if (!allowPrivate && isAllowedAddress(address, 'any')) {
    return `leads to ${address}, which is private. Use a public URL, send the bytes as data_base64, or set BLUETICKS_ALLOW_PRIVATE_MEDIA.`;
  }
  return `leads to ${address}, a link-local, metadata or reserved address, which media is never fetched from. Use a public URL.`;
}
