import { childOf, childrenOf, node } from '../transport/nodes';
import type { Query } from './query';

/** The disappearing timers that people's new chats start with. */
export const defaultTimers: Query = {
  name: 'default-timers',
  xmlns: 'usync',
  child: 'usync',
  matches: (iq) =>
    childrenOf(childOf(childOf(iq, 'usync'), 'query')).every(({ tag }) => tag === 'disappearing_mode'),
  answer: (iq, _asker, { directory }) => {
    const asked = childOf(iq, 'usync');
    const users = childrenOf(childOf(asked, 'list'), 'user').map(({ attrs: { jid = '' } }) => {
      const { seconds, setAt } = directory.byJid(jid)?.defaultTimer ?? { seconds: 0, setAt: 0 };
      return node('user', { jid }, [node('disappearing_mode', { duration: seconds, t: setAt })]);
    });
    return [node('usync', { sid: asked?.attrs.sid }, [node('result'), node('list', {}, users)])];
  },
};
