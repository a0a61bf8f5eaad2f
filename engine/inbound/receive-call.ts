import { newId } from '../domain/ids';
import type { Log } from '../domain/log';
import type { NewEvent, Transact, Work } from '../events/transact';
import { insertInbound } from '../store/tables/inbound-messages';
import { rememberMet } from '../store/tables/people';
import { readCallSettings } from '../store/tables/session-settings';
import { type SessionRow } from '../store/tables/sessions';
import type { IncomingCall, Transport } from '../transport/transport';
import { replyAutomatically } from './automatic-reply';
import { phoneOfName } from './inbound-event';
import { whoWrote, type Origin } from './who-wrote';

export interface CallDependencies {
  transact: Transact;
  log: Log;
}

/**
 * Stores a call with its event, only once even if it is reported again, and rejects it if the session says so. The same
 * transaction stores the reply to the caller, unless a person has the chat. Rejected after the commit: after a crash in between, the call rings on,
 * and is rejected if it is reported again.
 */
export async function receiveCall(
  { transact, log }: CallDependencies,
  session: SessionRow,
  call: IncomingCall,
  transport: Pick<Transport, 'rejectCall'>,
): Promise<void> {
  const isRejected = await transact((work) => storeCall(work, session, call));
  if (!isRejected) return;
  // Not awaited: it may take as long as the link is slow, and the call is stored.
  void transport.rejectCall?.(call).catch((error: unknown) => {
    log.warn({ err: error, session_id: session.id }, 'a call could not be rejected');
  });
}

/** @returns whether it is to be rejected */
async function storeCall(work: Work, session: SessionRow, call: IncomingCall): Promise<boolean> {
  const { chatId, names } = call;
  const origin = await whoWrote(work, session, { chatId, names, isGroup: chatId.endsWith('@g.us') });
  const settings = await readCallSettings(work.sql, session.id);
  const isRejected = call.isRinging && (settings?.reject_calls ?? false);
  const { isNew, isHumans } = await insertInbound(work.sql, {
    ...{ id: newId('inbound'), mode: session.mode, session_id: session.id, kind: 'call', chat_id: chatId },
    ...{ who: origin.who, wire_id: call.id, created_at: work.now, written_at: new Date(call.at) },
    ...{ sealed_content: null, without_content: false },
  });
  if (!isNew) return isRejected;
  rememberMet(work.sql, session.id, [{ mode: session.mode, who: origin.who, chat_id: chatId }], work.now);
  const from = call.from ?? phoneOfName(origin.person?.phone ?? null);
  work.tell([callEvent(session, { ...call, from }, origin, isRejected)]);
  // A group is not written to because one of its members called.
  if (isRejected && settings?.call_reply && !call.isGroup) {
    const to = { recipient: from ?? chatId, chat_id: chatId, who: origin.who };
    const reply = { text: settings.call_reply, priority: 'normal', link_preview: true } as const;
    replyAutomatically(work, { ...session, phone: settings.phone }, to, reply, isHumans);
  }
  return isRejected;
}

function callEvent(
  session: SessionRow,
  call: IncomingCall,
  { who, person }: Origin,
  rejected: boolean,
): NewEvent {
  const person_id = person?.id ?? null;
  return {
    mode: session.mode,
    type: 'call.received',
    data: {
      ...{ id: call.id, chat_id: call.chatId, from: call.from, person_id },
      ...{ is_video: call.isVideo, is_group: call.isGroup, rejected },
      ...{ timestamp: new Date(call.at).toISOString(), session_id: session.id },
    },
    subjectId: null,
    fromPhone: call.from,
    chatId: call.chatId,
    who,
    fromWho: person_id,
    reference: null,
  };
}
