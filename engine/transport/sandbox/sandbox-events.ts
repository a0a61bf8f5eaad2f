import type { GroupChange } from '../group-acts';
import type { Inbound, IncomingCall, Receipt } from '../transport';
import { accountOf, labelOf, phoneOfChat, type Step, type SandboxMessage } from './test-numbers';
import { answerIdOf } from './wire-hash';

/** What the simulated server reports to the engine. `at` is when it happened, in epoch milliseconds. */
export type SandboxEvent = {
  at: number;
  receipt?: Receipt;
  inbound?: Inbound;
  call?: IncomingCall;
  groupChange?: GroupChange;
};
/** A week. */
const PINNED_FOR_S = 7 * 86_400;
type SandboxInbound = { at: number; inbound: Inbound };

/**
 * The event for a step of a message's script. The same step always makes the same event.
 * @param ownPhone the sandbox's own number, E.164
 */
export function eventFor(
  message: SandboxMessage,
  step: Step,
  at: number,
  ownPhone: string | null,
): SandboxEvent {
  switch (step.kind) {
    case 'delivered':
    case 'read':
      return { at, receipt: { wireId: message.wireId, status: step.kind, at } };
    case 'reply':
      return answer(message, step, at, { kind: 'message', type: 'text', text: step.text });
    case 'reaction':
      return answer(message, step, at, { kind: 'reaction', type: 'reaction', text: step.emoji });
    case 'vote':
      return answer(message, step, at, {
        kind: 'poll_vote',
        type: 'poll_vote',
        text: null,
        options: [step.option],
      });
    case 'edit': {
      const edited = answer(message, step, at, { kind: 'edited', type: 'text', text: step.text });
      return about(edited, { targetWireId: answerIdOf(message.wireId, 'reply') });
    }
    case 'revoke': {
      const revoked = answer(message, step, at, { kind: 'revoked', type: 'revoked', text: null });
      return about(revoked, { targetWireId: answerIdOf(message.wireId, 'reply') });
    }
    case 'pin': {
      const pinned = answer(message, step, at, { kind: 'pinned', type: 'pinned', text: null });
      return about(pinned, { pinnedForS: PINNED_FOR_S });
    }
    case 'call': {
      const { chatId, names, from } = writerOf(message.chatId);
      const id = answerIdOf(message.wireId, step.kind);
      const kind = { isVideo: false, isGroup: false, isRinging: true };
      return { at, call: { id, chatId, names, from, ...kind, caller: chatId, at } };
    }
    case 'writes': {
      const written = answer(message, step, at, { kind: 'message', type: 'text', text: step.text });
      return step.nth === 0 ? written : about(written, { targetWireId: null });
    }
    case 'from_phone': {
      const written = answer(message, step, at, { kind: 'message', type: 'text', text: step.text });
      return about(written, { sentFromPhone: true, from: ownPhone, fromName: null, targetWireId: null });
    }
  }
}

function answer(
  message: SandboxMessage,
  step: Step,
  at: number,
  what: Pick<Inbound, 'kind' | 'type' | 'text' | 'options'>,
): SandboxInbound {
  return {
    at,
    inbound: {
      ...what,
      id: answerIdOf(message.wireId, labelOf(step)),
      ...writerOf(message.chatId),
      fromName: 'Sandbox recipient',
      isGroup: false,
      targetWireId: message.wireId,
      media: null,
      at,
    },
  };
}

/** Who answers in a chat, under the name that their account answers with. */
function writerOf(chatId: string): Pick<Inbound, 'chatId' | 'names' | 'from'> {
  const { answersAs } = accountOf(chatId);
  return { chatId: answersAs, names: [answersAs], from: phoneOfChat(answersAs) };
}

const about = ({ at, inbound }: SandboxInbound, change: Partial<Inbound>): SandboxInbound => ({
  at,
  inbound: { ...inbound, ...change },
});
