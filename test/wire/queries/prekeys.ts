import { childOf, childrenOf, node } from '../transport/nodes';
import { secondsNow } from '../server/world';
import type { Query } from './query';

/** Key bundles for opening sessions with devices, requested by LID (`<key><user jid/></key>`). */
export const prekeys: Query = {
  name: 'prekeys',
  xmlns: 'encrypt',
  child: 'key',
  answer: async (iq, _asker, world) => {
    const users = childrenOf(childOf(iq, 'key'), 'user').map(async ({ attrs }) => {
      const bundle = await world.directory.deviceByJid(attrs.jid ?? '')?.keyBundle();
      const content = bundle ?? [node('error', { code: 404, text: 'item-not-found' })];
      return node('user', { jid: attrs.jid, t: secondsNow() }, content);
    });
    return [node('list', {}, await Promise.all(users))];
  },
};
