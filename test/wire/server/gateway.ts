import type { BinaryNode } from '../baileys';
import { answerQuery } from '../queries/answer-query';
import type { Greeting, Link } from '../transport/link';
import { childOf, childrenOf, node } from '../transport/nodes';
import { Companion } from './companion';
import { takeReceipt } from './incoming-receipts';
import { takeMessage } from './outgoing';
import { secondsNow, type World } from './world';

/** Accepts all connections: new devices wait to be linked, known ones log in, others are refused. */
export function receiveLink(link: Link, world: World): void {
  link.onFault = (fault) => world.complain(`A link broke off: ${String(fault)}`);
  link.onGreeting = (greeting) => {
    if (greeting.payload.username) logIn(link, greeting, world);
    else world.linking.open(link, greeting);
  };
}

function logIn(link: Link, { clientKey, payload }: Greeting, world: World): void {
  const person = world.directory.byNumber(String(payload.username));
  const fault = person?.faults.takeLoginFault() ?? world.faults.takeLoginFault();
  const companion = person?.devices.get(payload.device ?? 0);
  if (fault !== undefined) return link.end(failure(fault));
  if (!person || !(companion instanceof Companion) || !companion.clientKey.equals(clientKey)) {
    return link.end(failure(401));
  }
  companion.attach(link);
  link.onNode = (stanza) => dispatch(stanza, companion, world);
  companion.send(node('success', { t: secondsNow(), lid: person.jid('lid', companion.id) }));
}

const failure = (reason: number): BinaryNode => node('failure', { reason, location: 'lla' });

/** Companions can only reject calls. The caller's phone stops ringing. */
function takeCall(stanza: BinaryNode, companion: Companion, world: World): void {
  const { id, to = '' } = stanza.attrs;
  const callId = childOf(stanza, 'reject')?.attrs['call-id'];
  const caller = world.directory.deviceByJid(to)?.person ?? world.directory.byJid(to);
  if (!callId || !caller) return world.complain(`A <call> that rejects nothing: ${to}`);
  caller.rejectedCalls.push(callId);
  companion.send(node('ack', { class: 'call', id, from: to }));
}

function takeChatState(stanza: BinaryNode, companion: Companion): void {
  const [state] = childrenOf(stanza);
  const isRecording = state?.tag === 'composing' && state.attrs.media === 'audio';
  const shown = isRecording ? 'recording' : (state?.tag ?? '');
  companion.chatStates.push({ to: stanza.attrs.to ?? '', state: shown });
}

function dispatch(stanza: BinaryNode, companion: Companion, world: World): void {
  world.watch(stanza, companion);
  switch (stanza.tag) {
    case 'iq':
      return void answerQuery(stanza, companion, world);
    case 'message':
      return takeMessage(stanza, companion, world);
    case 'receipt':
      return takeReceipt(stanza, companion, world);
    case 'ack':
      return companion.settle(stanza);
    case 'presence':
      companion.presence = stanza.attrs.type ?? companion.presence;
      return;
    case 'call':
      return takeCall(stanza, companion, world);
    case 'chatstate':
      return takeChatState(stanza, companion);
    case 'ib':
      return;
    default:
      world.complain(`Unknown stanza: <${stanza.tag}>`);
  }
}
