import type { BinaryNode } from '../baileys';
import { Companion } from '../server/companion';
import { addressingOf, type Directory } from '../server/directory';
import type { Person } from '../people/person';
import { childOf, childrenOf, node, textOf } from '../transport/nodes';
import type { Query } from './query';

/** Who is on WhatsApp, under which addresses and with which devices. */
export const usync: Query = {
  name: 'usync',
  xmlns: 'usync',
  child: 'usync',
  answer: (iq, _asker, { directory }) => {
    const asked = childOf(iq, 'usync');
    const protocols = childrenOf(childOf(asked, 'query')).map(({ tag }) => tag);
    const users = childrenOf(childOf(asked, 'list'), 'user').map((user) => found(user, protocols, directory));
    return [node('usync', { sid: asked?.attrs.sid }, [node('result'), node('list', {}, users)])];
  },
};

function found(user: BinaryNode, protocols: string[], directory: Directory): BinaryNode {
  const phone = textOf(childOf(user, 'contact'));
  const jid = user.attrs.jid;
  const person = jid ? directory.byJid(jid) : directory.byNumber(phone ?? '');
  const by = addressingOf(jid ?? '');
  const answers = protocols.map((protocol) => {
    if (protocol === 'contact') return node('contact', { type: person ? 'in' : 'out' }, phone);
    if (protocol === 'devices') return node('devices', {}, [node('device-list', {}, devicesOf(person))]);
    // A query by LID needs no LID in the answer.
    if (protocol === 'lid' && person && by === 'number') return node('lid', { val: person.jid('lid') });
    return undefined;
  });
  const fallback = `${(phone ?? '').replace(/\D/g, '')}@s.whatsapp.net`;
  return node(
    'user',
    { jid: jid ?? person?.jid('number') ?? fallback },
    answers.filter((answer) => answer !== undefined),
  );
}

function devicesOf(person: Person | undefined): BinaryNode[] {
  return [...(person?.devices.values() ?? [])].map((device) =>
    node('device', {
      id: device.id,
      'key-index': device instanceof Companion ? device.keyIndex : undefined,
    }),
  );
}
