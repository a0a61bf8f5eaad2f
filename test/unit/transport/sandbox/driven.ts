import { newWireId } from '../../../../engine/domain/ids';
import type { Clock } from '../../../../engine/async/clock';
import { createSandboxFactory } from '../../../../engine/transport/sandbox/sandbox-transport';
import type { OutgoingMessage, Transport } from '../../../../engine/transport/transport';

/** A sandbox transport as in a new process. */
export function newTransport(clock: Clock, speed = 1): Transport {
  return createSandboxFactory({ speed })({ id: 'ses_01', phone: null }, clock);
}

/** A text to a phone in E.164. */
export function textTo(phone: string, wireId = newWireId()): OutgoingMessage {
  return {
    wireId,
    chatId: `${phone.slice(1)}@c.us`,
    content: { type: 'text', text: 'Hello', linkPreview: false },
    replyTo: null,
    mentions: null,
  };
}

/** The reason of a refused send, or the time of acceptance. */
export function outcome(sending: Promise<{ at: number }>): Promise<number | string> {
  return sending.then(
    ({ at }) => at,
    (error: { reason: string }) => error.reason,
  );
}
