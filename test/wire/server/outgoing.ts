import type { BinaryNode } from '../baileys';
import { node } from '../transport/nodes';
import type { AckFault } from './faults';
import type { Companion } from './companion';
import { secondsNow, type World } from './world';

/** Account restricted: it may not write to people who never wrote to it. */
const RESTRICTED = 463;

/** A message from a companion: accepted, refused or, if a test plans it, mishandled. */
export function takeMessage(message: BinaryNode, sender: Companion, world: World): void {
  const fault = sender.person.faults.takeAckFault() ?? world.faults.takeAckFault();
  const refusal = fault?.do === 'refuse' ? fault.code : ruling(message, sender, world);
  if (refusal !== undefined) return sender.send(ack(message, refusal));
  countNewChat(message, sender, world);
  world.post.carry(sender, message);
  acknowledge(message, sender, fault);
}

/** The code with which WhatsApp's server would refuse the message. */
function ruling(message: BinaryNode, sender: Companion, world: World): number | undefined {
  const { restriction, heardFrom, quota } = sender.person;
  const recipient = world.directory.byJid(message.attrs.to ?? '');
  if (!recipient || recipient === sender.person || heardFrom.has(recipient)) return undefined;
  if (restriction && restriction.until > new Date()) return RESTRICTED;
  if (!quota || sender.person.wroteTo.has(recipient) || quota.renewed().used < quota.limit) return undefined;
  quota.refused += 1;
  return RESTRICTED;
}

/** The first message to somebody who never wrote to the account starts a chat. */
function countNewChat(message: BinaryNode, sender: Companion, world: World): void {
  const { person } = sender;
  const recipient = world.directory.byJid(message.attrs.to ?? '');
  if (!recipient || recipient === person || person.wroteTo.has(recipient)) return;
  person.wroteTo.add(recipient);
  if (person.quota && !person.heardFrom.has(recipient)) person.quota.renewed().used += 1;
}

function acknowledge(message: BinaryNode, sender: Companion, fault: AckFault | undefined): void {
  if (fault?.do === 'lose') return;
  if (fault?.do === 'drop') return sender.link?.drop();
  if (fault?.do === 'delay') {
    setTimeout(() => sender.send(ack(message)), fault.ms).unref();
    return;
  }
  sender.send(ack(message));
}

function ack({ attrs }: BinaryNode, error?: number): BinaryNode {
  return node('ack', {
    class: 'message',
    id: attrs.id,
    from: attrs.to,
    participant: attrs.participant,
    t: secondsNow(),
    error,
  });
}
