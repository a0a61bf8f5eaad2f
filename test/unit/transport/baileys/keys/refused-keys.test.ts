import type { BinaryNode } from '../../../../../engine/transport/baileys/baileys';
import { dropRefusedKeys } from '../../../../../engine/transport/baileys/keys/refused-keys';

const user = (jid: string, child: string): BinaryNode => ({
  tag: 'user',
  attrs: { jid },
  content: [{ tag: child, attrs: {} }],
});
const answer = (...users: BinaryNode[]): BinaryNode => ({
  tag: 'iq',
  attrs: { type: 'result' },
  content: [{ tag: 'list', attrs: {}, content: users }],
});

describe('an answer with keys', () => {
  it('is left without the devices that have none', () => {
    const frame = answer(user('1@lid', 'identity'), user('2@lid', 'error'), user('3@lid', 'identity'));
    dropRefusedKeys(frame);
    expect(frame).toEqual(answer(user('1@lid', 'identity'), user('3@lid', 'identity')));
  });

  it('stays as it is if it is about something else', () => {
    const usync = {
      tag: 'iq',
      attrs: {},
      content: [{ tag: 'usync', attrs: {}, content: [user('1@lid', 'error')] }],
    };
    for (const frame of [usync, Buffer.from('bytes'), undefined, { tag: 'ib', attrs: {} }]) {
      const before = structuredClone(frame);
      dropRefusedKeys(frame);
      expect(frame).toEqual(before);
    }
  });
});
