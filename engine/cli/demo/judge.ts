import type { ShownMessage } from './shown-message';
import type { Heard } from './receiver';

export interface Outcome {
  heard: readonly Heard[];
  /** The two messages as the API shows them at the end. */
  edited: ShownMessage;
  canceled: ShownMessage;
  /** What the first one's text was changed to. */
  text: string;
}

const MUST_HEAR = ['message.sending', 'message.sent', 'message.delivered', 'message.read'];
const NEVER_AFTER_CANCEL = [...MUST_HEAR, 'message.failed'];

/** Everything that is not as it must be, in words; nothing when all is well. */
export function faultsOf({ heard, edited, canceled, text }: Outcome): string[] {
  const faults: string[] = [];
  const typesOf = (id: string): string[] => heard.filter((e) => e.message.id === id).map((e) => e.type);
  for (const { type, id, verdict } of heard) {
    if (!verdict.body || !verdict.timed)
      faults.push(`${type} (${id}) came with a signature that does not hold.`);
  }
  for (const type of MUST_HEAR) {
    if (!typesOf(edited.id).includes(type)) faults.push(`${type} of the first message was not heard.`);
  }
  if (edited.status !== 'read') faults.push(`The first message is ${edited.status}, not read.`);
  if (edited.text !== text) faults.push('The first message does not have its new text.');
  const sent = heard.find((e) => e.message.id === edited.id && e.type === 'message.sent');
  if (sent && sent.message.text !== text) faults.push('The first message went out with its old text.');
  if (edited.sent_at && edited.send_at && edited.sent_at < edited.send_at) {
    faults.push('The first message went out before its time.');
  }
  if (canceled.status !== 'canceled') faults.push(`The second message is ${canceled.status}, not canceled.`);
  if (canceled.sent_at !== null) faults.push('The second message went out although it was canceled.');
  if (!typesOf(canceled.id).includes('message.canceled')) faults.push('message.canceled was not heard.');
  for (const type of typesOf(canceled.id).filter((t) => NEVER_AFTER_CANCEL.includes(t))) {
    faults.push(`${type} of the canceled message was heard.`);
  }
  return faults;
}
