import type { Log } from '../domain/log';
import type { OwnerAnswers, OwnerRequest } from '../sessions/owner-requests';
import { TransportError, type Linking, type LinkState, type Transport } from '../transport/transport';
import type { LinkRecord } from './link-record';

/**
 * Does what is asked of the owner of a session's link. What changes the link's state resolves when the new state is
 * stored. @throws TransportError where the link does not allow it.
 */
export async function doRequest(
  request: OwnerRequest,
  transport: Transport,
  link: LinkRecord,
  log: Log,
): Promise<OwnerAnswers[OwnerRequest['kind']]> {
  switch (request.kind) {
    case 'link':
      // One that is being linked shows its codes already, and would begin again.
      if (transport.state !== 'linking') linkingOf(transport).start();
      await link.stored();
      return null;
    case 'pairing_code': {
      const code = await linkingOf(transport).pairingCode(request.phone);
      await link.stored();
      return code;
    }
    case 'reconnect':
      // Begun, and not waited for: what becomes of it is told as the link's state.
      linkingOf(transport)
        .reconnect()
        .catch((error: unknown) => log.warn({ err: error }, 'a link did not come back when asked to'));
      await link.stored();
      return null;
    case 'log_out':
      await linkingOf(transport).logOut();
      await link.stored();
      return null;
    case 'check_number':
      return transport.checkNumber(request.phone);
    case 'list_groups':
      return transport.listGroups();
  }
}

/** What to answer when a request came to nothing. Never with what only logs may hold. */
export function refusalOf(
  error: unknown,
  state: LinkState,
): { code: 'conflict' | 'unavailable' | 'internal_error'; message: string } {
  if (!(error instanceof TransportError)) {
    return { code: 'internal_error', message: 'Something went wrong in the engine; its log says what.' };
  }
  const code = error.mayPass ? 'unavailable' : 'conflict';
  // Without words of its own it has only a stable one, such as link_down.
  if (error.message !== error.reason) return { code, message: error.message };
  const why = `${error.reason.replaceAll('_', ' ')}; the session is ${state}`;
  return error.mayPass
    ? { code, message: `WhatsApp cannot be asked at this moment (${why}). Try again when it is connected.` }
    : { code, message: `WhatsApp refused it (${why}).` };
}

function linkingOf({ linking }: Transport): Linking {
  if (!linking)
    throw new TransportError('nothing_to_link', false, 'There is nothing to link in the sandbox.');
  return linking;
}
