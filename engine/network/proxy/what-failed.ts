import { ProxyFault, type ProxyFaultWord } from '../../domain/proxy-fault';
import { TargetRefused } from '../checked-lookup';

const BY_CODE: Record<string, ProxyFaultWord> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timed_out',
  ECONNRESET: 'hung_up',
  EPIPE: 'hung_up',
  CERT_HAS_EXPIRED: 'bad_certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'bad_certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'bad_certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'bad_certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'bad_certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'bad_certificate',
};

/** The library for SOCKS has no codes, only texts. They are its own, in `common/constants`. */
const BY_TEXT: [RegExp, ProxyFaultWord][] = [
  [/authentication failed|no accepted authentication/i, 'wrong_password'],
  [/proxy rejected connection/i, 'no_way_out'],
  [/timed out/i, 'timed_out'],
  [/socket closed/i, 'hung_up'],
];

/** What failed on the way to a proxy, or in it. The original error may hold its address and password, so it is dropped. */
export function asProxyFault(error: unknown): ProxyFault {
  if (error instanceof ProxyFault) return error;
  if (error instanceof TargetRefused) return new ProxyFault('address_not_allowed');
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : '';
  const word =
    (code !== null && BY_CODE[code]) || BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] || 'not_a_proxy';
  return new ProxyFault(word);
}

function codeOf(error: unknown): string | null {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  // Every address of the name failed. The first error is enough.
  return Array.isArray(errors) ? codeOf(errors[0]) : null;
}
