import { isUp } from '../domain/link-state';
import type { Log } from '../domain/log';
import type { Encryption } from '../encryption/encryption';
import type { ChatActor } from '../chats/acts/chat-actor';
import { markRead } from '../inbound/mark-read';
import { storable } from '../inbound/storable';
import { uploadAgain } from '../inbound/upload-again';
import type { OwnerAnswers, OwnerRequest, RefusalCode } from '../sessions/ask-owner';
import type { Sql } from '../store/sql/database';
import type { ChannelAct, ChannelAnswers } from '../transport/channel-acts';
import type { GroupAct, GroupAnswers } from '../transport/group-acts';
import {
  linkDown,
  TransportError,
  type Linking,
  type LinkState,
  type Transport,
} from '../transport/transport';
import type { Creations } from './creations';
import type { LinkRecord } from './link-record';
import type { FollowedSettings } from './owner-settings';

export interface RequestDependencies {
  creations: Creations;
  actor: ChatActor;
  settings: Pick<FollowedSettings, 'reload'>;
  database: Sql;
  encryption: Encryption;
  log: Log;
}

/**
 * Carries out a request to the owner of a session's link. A request that changes the link's state resolves when the
 * new state is stored.
 * @param isRepeat a previous owner may have carried it out
 * @throws TransportError if the link does not allow it
 */
export async function doRequest(
  request: OwnerRequest,
  transport: Transport,
  link: LinkRecord,
  deps: RequestDependencies,
  isRepeat: boolean,
): Promise<OwnerAnswers[OwnerRequest['kind']]> {
  switch (request.kind) {
    case 'link':
      // A link that is already showing codes would start over.
      if (transport.state !== 'linking') linkingOf(transport).start();
      await link.stored();
      return null;
    case 'pairing_code': {
      const code = await linkingOf(transport).pairingCode(request.phone);
      await link.stored();
      return code;
    }
    case 'reconnect':
      // Not awaited: the link's state shows the result.
      linkingOf(transport)
        .reconnect()
        .catch((error: unknown) => deps.log.warn({ err: error }, 'a link could not reconnect on request'));
      await link.stored();
      return null;
    case 'log_out':
      await linkingOf(transport).logOut();
      await link.stored();
      return null;
    case 'check_number':
      return transport.checkNumber(request.phone);
    case 'list_groups':
      return storable(await transport.listGroups());
    case 'group':
      return storable(await deps.creations.once(request.act, isRepeat, (act) => actOnGroup(act, transport)));
    case 'channel':
      return storable(
        await deps.creations.once(request.act, isRepeat, (act) => actOnChannel(act, transport)),
      );
    case 'upload_again':
      return { found: await uploadAgain(request.inboundId, transport, deps) };
    case 'mark_read':
      await markRead(request.inboundIds, transport, deps);
      return null;
    case 'load_older':
      if (!transport.loadOlder)
        throw new TransportError('no_phone', false, 'This session has no phone to ask.');
      return transport.loadOlder(request.oldest);
    case 'reload_settings':
      await deps.settings.reload();
      return null;
    case 'test_proxy':
      return { fault: (await transport.testProxy?.()) ?? null };
    case 'chat_act':
      await deps.actor.act(request.chat, request.key, request.act);
      return null;
    case 'show_typing':
      showTyping(request, transport, deps.log);
      return null;
  }
}

/** The answer to a request that failed. Must not contain anything that belongs only in logs. */
export function refusalOf(error: unknown, state: LinkState): { code: RefusalCode; message: string } {
  if (!(error instanceof TransportError)) {
    return {
      code: 'internal_error',
      message: 'Something went wrong in the engine. Its log has the details.',
    };
  }
  const code = error.mayPass ? 'unavailable' : error.reason === 'not_found' ? 'not_found' : 'conflict';
  // An error without its own text has only its reason, such as link_down.
  if (error.message !== error.reason) return { code, message: error.message };
  const why = `${error.reason.replaceAll('_', ' ')}; the session is ${state}`;
  return error.mayPass
    ? {
        code,
        message: `WhatsApp cannot be reached right now (${why}). Try again when the session is connected.`,
      }
    : { code, message: `WhatsApp refused the request (${why}).` };
}

async function actOnGroup(act: GroupAct, transport: Transport): Promise<GroupAnswers[GroupAct['do']]> {
  if (!transport.actOnGroup) throw noGroups();
  return transport.actOnGroup(act);
}

async function actOnChannel(
  act: ChannelAct,
  transport: Transport,
): Promise<ChannelAnswers[ChannelAct['do']]> {
  if (!transport.actOnChannel) throw noGroups();
  return transport.actOnChannel(act);
}

const noGroups = (): TransportError =>
  new TransportError('no_groups', false, 'This number has no groups or channels.');

/** @throws TransportError while the link is down. What fails later is only logged: nobody waits for it. */
function showTyping(
  { chatId, ms, as }: Extract<OwnerRequest, { kind: 'show_typing' }>,
  transport: Transport,
  log: Log,
): void {
  if (!isUp(transport.state)) throw linkDown();
  transport
    .typing?.(chatId, ms, as)
    .catch((error: unknown) => log.warn({ err: error }, 'could not show typing'));
}

function linkingOf({ linking }: Transport): Linking {
  if (!linking) throw new TransportError('nothing_to_link', false, 'The sandbox has no phone to link.');
  return linking;
}
