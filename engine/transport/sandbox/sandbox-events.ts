import type { Inbound, Receipt } from '../transport';
import { phoneOfChat, type Step, type StoryOfWhom } from './story';
import { answerIdOf } from './wire-hash';

/** What the simulated server has to tell the engine. `at` is when it happened, in epoch milliseconds. */
export type News =
  | { at: number; receipt: Receipt; inbound?: undefined }
  | { at: number; inbound: Inbound; receipt?: undefined };

/** A step of a message's story as the engine is told of it. The same step always makes the same news. */
export function newsOf(message: StoryOfWhom, step: Step, at: number): News {
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
  }
}

function answer(
  message: StoryOfWhom,
  step: Step,
  at: number,
  what: Pick<Inbound, 'kind' | 'type' | 'text' | 'options'>,
): News {
  return {
    at,
    inbound: {
      ...what,
      id: answerIdOf(message.wireId, step.kind),
      chatId: message.chatId,
      from: phoneOfChat(message.chatId),
      fromName: 'Sandbox recipient',
      isGroup: false,
      targetWireId: message.wireId,
      media: null,
      at,
    },
  };
}
