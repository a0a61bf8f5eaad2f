import type { Work } from '../events/transact';
import { learnNames, type Who } from '../people/learn-names';
import type { SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';

/** Whose chat something came in. */
export interface Origin {
  /** A person's id, or the chat id of a group. */
  who: string;
  /**
   * Who wrote it; null for something in a group that is not a person, such as WhatsApp's assistant. For what the owner of
   * the number wrote: who the chat is with; null in a group.
   */
  person: Who | null;
}

/** Finds out, and records all names that came with it. Call it before anything else locks rows. */
export async function whoWrote(
  work: Work,
  session: SessionRow,
  inbound: Pick<Inbound, 'names' | 'isGroup' | 'chatId'>,
): Promise<Origin> {
  const { names, isGroup, chatId } = inbound;
  const [person = null] = names.length > 0 ? await learnNames(work, session.mode, [names]) : [];
  return { who: isGroup || !person ? chatId : person.id, person };
}
