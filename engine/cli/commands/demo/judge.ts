import { isValid, type ReceivedEvent } from './receiver';

/** The fields of a message, as the API shows it, that the demo looks at. */
export interface ShownMessage {
  id: string;
  to: string;
  text: string | null;
  status: string;
  send_at: string | null;
  sent_at: string | null;
  read_at: string | null;
  canceled_at: string | null;
}

export interface Outcome {
  received: readonly ReceivedEvent[];
  /** The two messages as the API shows them at the end. */
  edited: ShownMessage;
  canceled: ShownMessage;
  /** The text that the first one was changed to. */
  text: string;
}

const EXPECTED = ['message.sending', 'message.sent', 'message.delivered', 'message.read'];
const NEVER_AFTER_CANCEL = [...EXPECTED, 'message.failed'];

/** Everything that went wrong, a sentence each; empty if all went well. */
export function faultsOf({ received, edited, canceled, text }: Outcome): string[] {
  const faults: string[] = [];
  const typesOf = (id: string): string[] => received.filter((e) => e.message.id === id).map((e) => e.type);
  for (const { type, id, verdict } of received) {
    if (!isValid(verdict)) faults.push(`${type} (${id}) had a wrong signature.`);
  }
  for (const type of EXPECTED) {
    if (!typesOf(edited.id).includes(type)) faults.push(`${type} of the first message did not arrive.`);
  }
  if (edited.status !== 'read') faults.push(`The first message is ${edited.status}, not read.`);
  if (edited.text !== text) faults.push('The first message does not have its new text.');
  const sent = received.find((e) => e.message.id === edited.id && e.type === 'message.sent');
  if (sent && sent.message.text !== text) faults.push('The first message was sent with its old text.');
  if (edited.sent_at && edited.send_at && edited.sent_at < edited.send_at) {
    faults.push('The first message was sent before its time.');
  }
  if (canceled.status !== 'canceled') faults.push(`The second message is ${canceled.status}, not canceled.`);
  if (canceled.sent_at !== null) faults.push('The second message was sent although it was canceled.');
  if (!typesOf(canceled.id).includes('message.canceled')) faults.push('message.canceled did not arrive.');
  for (const type of typesOf(canceled.id).filter((t) => NEVER_AFTER_CANCEL.includes(t))) {
    faults.push(`${type} of the canceled message arrived.`);
  }
  return faults;
}
