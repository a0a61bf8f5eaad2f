import { errors } from 'undici';
import { TargetRefused } from './checked-lookup';
import { DeadlineError } from '../async/deadline';

/** A failed connection in a few fixed words, without the address or any part of the request. */
export interface ConnectionFault {
  text: string;
  /** Whether a retry may work. */
  mayPass: boolean;
}

const BY_CODE: Record<string, ConnectionFault> = {
  ECONNREFUSED: { text: 'connection refused', mayPass: true },
  ECONNRESET: { text: 'connection closed before a response', mayPass: true },
  EPIPE: { text: 'connection closed before a response', mayPass: true },
  UND_ERR_SOCKET: { text: 'connection closed before a response', mayPass: true },
  ETIMEDOUT: { text: 'connection timed out', mayPass: true },
  UND_ERR_CONNECT_TIMEOUT: { text: 'connection timed out', mayPass: true },
  EHOSTUNREACH: { text: 'host unreachable', mayPass: true },
  ENETUNREACH: { text: 'network unreachable', mayPass: true },
  EAI_AGAIN: { text: 'host name lookup failed', mayPass: true },
  ENOTFOUND: { text: 'host name not found', mayPass: false },
  CERT_HAS_EXPIRED: { text: 'certificate has expired', mayPass: false },
  ERR_TLS_CERT_ALTNAME_INVALID: { text: 'certificate is for another host', mayPass: false },
  DEPTH_ZERO_SELF_SIGNED_CERT: { text: 'certificate is self-signed', mayPass: false },
  SELF_SIGNED_CERT_IN_CHAIN: { text: 'certificate is from an unknown authority', mayPass: false },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { text: 'certificate is from an unknown authority', mayPass: false },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { text: 'certificate is from an unknown authority', mayPass: false },
  EPROTO: { text: 'TLS handshake failed', mayPass: false },
  UND_ERR_HEADERS_OVERFLOW: { text: 'response headers are too large', mayPass: false },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { text: 'response was cut short', mayPass: true },
  UND_ERR_CLOSED: { text: 'engine is stopping', mayPass: true },
  UND_ERR_DESTROYED: { text: 'engine is stopping', mayPass: true },
};

/** Describes any error of a request through the guarded agent. */
export function connectionFault(error: unknown): ConnectionFault {
  if (error instanceof TargetRefused) return { text: error.message, mayPass: false };
  if (error instanceof DeadlineError) return { text: error.message, mayPass: true };
  const code = codeOf(error);
  if (code !== null && BY_CODE[code]) return BY_CODE[code];
  if (code?.startsWith('ERR_SSL_')) return { text: 'TLS handshake failed', mayPass: false };
  // By class, because undici does not set a code for all of them.
  if (error instanceof errors.HTTPParserError) return { text: 'response is not valid HTTP', mayPass: false };
  return { text: code === null ? 'connection failed' : `connection failed (${code})`, mayPass: true };
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, errors: each } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  // Every address of the name failed. The first error is enough.
  return Array.isArray(each) ? codeOf(each[0]) : null;
}
