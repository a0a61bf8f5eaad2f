import type { BinaryNode } from '../baileys';
import { childOf, childrenOf, node } from '../transport/nodes';
import type { Companion } from './companion';
import { secondsNow, type World } from './world';

/** A receipt from a companion: acknowledges messages to the server, and is passed on to their author. */
export function takeReceipt(receipt: BinaryNode, sender: Companion, world: World): void {
  sender.settle(receipt);
  const { id, to, type, participant } = receipt.attrs;
  if (type === 'server-error') sender.person.devices.get(0)?.uploadAgain?.(receipt);
  sender.send(node('ack', { class: 'receipt', id, from: to, type, participant, t: secondsNow() }));
  const author = world.directory.byJid(participant ?? to ?? '');
  const phone = author?.devices.get(0);
  if (!phone || author === sender.person) return;
  const from = sender.person.jid('lid', sender.id);
  const others = childrenOf(childOf(receipt, 'list'), 'item').map(({ attrs }) => attrs.id);
  for (const each of [id, ...others]) {
    phone.deliver(node('receipt', { id: each, from, type }, receipt.content));
  }
}
