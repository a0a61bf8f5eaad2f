import type { HandledBy } from '../domain/chats/takeover';
import type { Work } from '../events/transact';
import type { SessionRow } from '../store/tables/sessions';
import { ownerWrote } from '../takeovers/owner-wrote';
import type { Inbound } from '../transport/transport';
import { applyReply, type OptOutRules } from './apply-reply';
import type { Origin } from './who-wrote';

/** What was done, and what is left to do. */
interface Followed {
  handledBy: HandledBy;
  /** Emits what follows. Call it last: it shows the chat with the message in it. */
  tell(): Promise<void>;
}

/**
 * Does what follows: a person's answer ends what it should, and what the owner of the number writes takes over the chat.
 * @param isHumans whether a person had the chat when it came
 */
export async function follow(
  work: Work,
  session: SessionRow,
  inbound: Inbound,
  { who, person }: Origin,
  rules: OptOutRules,
  isHumans: boolean,
): Promise<Followed> {
  const whole = inbound.isGroup || !person ? { id: who, ids: [who], phone: null } : person;
  if (inbound.sentFromPhone) return ownerWrote(work, session, inbound, { who, whos: whole.ids });
  await applyReply(work, session, inbound, whole, rules, isHumans);
  return { handledBy: isHumans ? 'human' : 'bot', tell: () => Promise.resolve() };
}
