import { isAllowedAddress, literalAddress } from '../network/address-policy';
import type { Fault } from '../network/fault';

const PORTS = ['', '443', '8443'];

/**
 * What is wrong with a media URL, or null. This is the check of a request and of every redirect: a host name is not
 * looked up here, the guarded agent checks its address at the moment of connecting.
 * @param allowPrivate BLUETICKS_ALLOW_PRIVATE_MEDIA: http, any port and private addresses are fine as well.
 */
export function checkMediaUrl(url: string, allowPrivate: boolean): Fault | null {
  if (!URL.canParse(url)) {
    return {
      code: 'invalid_url',
      message: 'is no URL; give a whole one such as https://example.com/photo.jpg',
    };
  }
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) {
    return {
      code: 'scheme_not_allowed',
      message: `begins with "${protocol}"; use an https:// URL, or send the bytes as data_base64`,
    };
  }
  if (username || password) {
    return {
      code: 'credentials_in_url',
      message: 'holds a user name or password; use a URL that needs none, or send the bytes as data_base64',
    };
  }
  if (!allowPrivate && !PORTS.includes(port)) {
    return { code: 'port_not_allowed', message: `names port ${port}; only 443 and 8443 are allowed` };
  }
  const address = literalAddress(hostname);
  if (address !== null && !isAllowedAddress(address, allowPrivate ? 'any' : 'public')) {
    return { code: 'address_not_allowed', message: addressMessage(address, allowPrivate) };
  }
  return null;
}

function addressMessage(address: string, allowPrivate: boolean): string {
  if (!allowPrivate && isAllowedAddress(address, 'any')) {
    return `leads to ${address}, which is private; use a public URL, send the bytes as data_base64, or set BLUETICKS_ALLOW_PRIVATE_MEDIA`;
  }
  return `leads to ${address}, a link-local, metadata or reserved address that media is never fetched from; use a public URL`;
}
