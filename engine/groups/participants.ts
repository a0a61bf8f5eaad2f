import { parseRecipient } from '../domain/messages/recipient';
import { personIdOf } from '../domain/people/person-id';
import type { Mode } from '../domain/mode';
import { invalidRequest, notFound, validOrThrow } from '../errors';
import { findNames } from '../store/tables/person-names';
import type { GroupDependencies } from './group-session';
import { membersOf } from './groups';
import { chatIdOf } from './people-in-group';

/** Somebody in a chat. */
export interface Participant {
  chat_id: string;
  is_admin: boolean;
  is_super_admin: boolean;
}

/**
 * Who is in a chat, in the order of chat ids: the members of a group, as WhatsApp says now, or the other person.
 * @param given a chat id or phone number in any form, or a person's id
 * @throws EngineError `invalid_request` or `not_found`, and as `askGroup`
 */
export async function participantsOf(
  deps: GroupDependencies,
  mode: Mode,
  given: string,
  from: string | undefined,
): Promise<Participant[]> {
  const { kind, chatId } = await readChat(deps, mode, given);
  if (kind === 'channel') {
    const message = 'is a channel, whose followers nobody is told. Use the chat id of a group or person.';
    throw invalidRequest([{ path: 'chat_id', code: 'no_participants', message }]);
  }
  if (kind !== 'group') return [{ chat_id: chatId, is_admin: false, is_super_admin: false }];
  const { members } = await membersOf(deps, mode, { id: chatId, from });
  const shown = members.map((member) => ({
    chat_id: chatIdOf(member),
    is_admin: member.admin !== null,
    is_super_admin: member.admin === 'superadmin',
  }));
  return shown.sort((a, b) => (a.chat_id < b.chat_id ? -1 : 1));
}

async function readChat({ database }: GroupDependencies, mode: Mode, given: string) {
  if (personIdOf(given) === null) return validOrThrow('chat_id', parseRecipient(given));
  const names = await findNames(database, mode, { ids: [given] });
  const name = names.find((one) => one.name.endsWith('@c.us')) ?? names[0];
  if (!name) throw notFound('person', given);
  return { kind: 'person' as const, chatId: name.name };
}
