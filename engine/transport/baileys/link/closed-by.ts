import { ProxyFault } from '../../../domain/proxy-fault';

/** Why a connection closed. */
export interface ClosedBy {
  /** WhatsApp's own code, Baileys' `DisconnectReason`, or a WebSocket's. */
  code: number;
  /** Why it could not be made, for people, if that was not WhatsApp's doing. */
  fault?: string;
}

/** Baileys' own code for a lost connection. */
export const CONNECTION_LOST = 408;

/** How `ws` tells of an HTTP answer where a WebSocket should open. */
const REFUSED = /^Unexpected server response: (\d+)$/;

/**
 * What Baileys' error says. An HTTP status is not WhatsApp's code, although Baileys makes one of it: a 401 or 403 of a
 * server on the way must not look as if the number was logged out, because then its keys are deleted.
 */
export function closedBy(error: unknown): ClosedBy {
  if (typeof error === 'number') return { code: error };
  const { output, data } = (error ?? {}) as { output?: { statusCode?: number }; data?: unknown };
  if (data instanceof ProxyFault) return { code: CONNECTION_LOST, fault: data.message };
  const status = data instanceof Error ? REFUSED.exec(data.message)?.[1] : undefined;
  if (status !== undefined) return refusedWith(status);
  return { code: output?.statusCode ?? CONNECTION_LOST };
}

/** An HTTP answer came where a WebSocket should open. @param status of that answer */
export function refusedWith(status: number | string | undefined): ClosedBy {
  const fault = `WhatsApp's server, or something on the way to it, refused the connection (HTTP ${status}).`;
  return { code: CONNECTION_LOST, fault };
}
