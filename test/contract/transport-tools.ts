import { newWireId } from '../../engine/domain/ids';
import {
  TransportError,
  type Content,
  type OutgoingMessage,
  type Transport,
} from '../../engine/transport/transport';
import type { Recording } from './transport-recording';

/** How a test recipient reacts to a message. */
export type Behaviour =
  | 'reads'
  | 'delivers'
  | 'not_on_whatsapp'
  | 'silent'
  | 'replies'
  | 'rejects'
  | 'drops'
  | 'votes'
  | 'reacts'
  | 'replies_and_edits'
  | 'calls'
  /** Pins the message, replies, edits the reply and takes it back. */
  | 'changes_their_mind'
  /** The owner of the number writes to them on the phone. */
  | 'is_written_to';

export interface TransportHarness {
  /** A recipient's E.164 number for each reaction. */
  recipients: Record<Behaviour, string>;
  /** The chat id of somebody with another name, and that name. */
  renamed: { chatId: string; alsoNamed: string };
  /** The session's own number, E.164. */
  ownPhone: string;
  /** A transport that is not open yet, as in a new process. */
  create(): Transport;
  /** Now, in epoch milliseconds of the adapter's clock. */
  now(): number;
  /** Lets time pass for the adapter, in milliseconds. */
  pass(ms: number): Promise<void>;
  /**
   * Milliseconds. `limitMs`: the timeout for anything expected. `quietMs`: how long to wait before concluding that
   * nothing more comes (recipients are done by then, also after a dropped link). `stepMs`: from one check to the next.
   */
  patience: { limitMs: number; quietMs: number; stepMs: number };
  dispose(): Promise<void>;
}

/** The transport of one test. */
export interface TransportUnderTest {
  harness: TransportHarness;
  transport: Transport;
  seen: Recording;
}

/** What the tests of a transport do again and again. */
export function transportTools(current: () => TransportUnderTest) {
  const chatOf = (behaviour: Behaviour) => `${current().harness.recipients[behaviour].slice(1)}@c.us`;

  const messageTo = (behaviour: Behaviour, content?: Content): OutgoingMessage => ({
    wireId: newWireId(),
    chatId: chatOf(behaviour),
    content: content ?? { type: 'text', text: 'Your appointment is tomorrow at 9.', linkPreview: true },
    replyTo: null,
    mentions: null,
  });

  async function until(holds: () => boolean, what: string): Promise<void> {
    const { limitMs, stepMs } = current().harness.patience;
    for (let passed = 0; !holds(); passed += stepMs) {
      if (passed > limitMs) throw new Error(`${what}: did not happen within ${limitMs} ms`);
      await current().harness.pass(stepMs);
    }
  }

  /** Waits for the result while the adapter's clock moves on. */
  async function outcomeOf<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
    let settled: PromiseSettledResult<T> | undefined;
    void Promise.allSettled([promise]).then(([result]) => (settled = result));
    await until(() => settled !== undefined, 'an answer');
    return settled!;
  }

  async function answerOf<T>(promise: Promise<T>): Promise<T> {
    const result = await outcomeOf(promise);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  async function errorOf(promise: Promise<unknown>): Promise<TransportError> {
    const result = await outcomeOf(promise);
    if (result.status === 'fulfilled') throw new Error('Expected a rejection, but the message was accepted.');
    expect(result.reason).toBeInstanceOf(TransportError);
    return result.reason as TransportError;
  }

  const open = () => answerOf(current().transport.open(current().seen.handlers));
  const everything = () => current().harness.pass(current().harness.patience.quietMs);
  const statuses = (wireId: string) =>
    current()
      .seen.receiptsOf(wireId)
      .map((receipt) => receipt.status);

  return { chatOf, messageTo, until, outcomeOf, answerOf, errorOf, open, everything, statuses };
}
