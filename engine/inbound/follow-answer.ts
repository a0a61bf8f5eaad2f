import type { Work } from '../events/transact';
import type { SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';
import { applyReply, type OptOutRules } from './apply-reply';
import type { Origin } from './who-wrote';

/** Does what follows a person's answer. Nothing follows what the owner of the number wrote. */
export async function followAnswer(
  work: Work,
  session: SessionRow,
  inbound: Inbound,
  { who, person }: Origin,
  rules: OptOutRules,
): Promise<void> {
  if (inbound.sentFromPhone) return;
  const writer = inbound.isGroup || !person ? { id: who, ids: [who], phone: null } : person;
  await applyReply(work, session, inbound, writer, rules);
}
