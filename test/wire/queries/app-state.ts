import { childOf, childrenOf, node } from '../transport/nodes';
import type { Query } from './query';

/** Settings that devices share. There are none, so every collection has no changes. */
export const appState: Query = {
  name: 'app-state',
  xmlns: 'w:sync:app:state',
  child: 'sync',
  answer: (iq) => {
    const collections = childrenOf(childOf(iq, 'sync'), 'collection');
    const unchanged = collections.map(({ attrs }) =>
      node('collection', { name: attrs.name, version: attrs.version, has_more_patches: 'false' }),
    );
    return [node('sync', {}, unchanged)];
  },
};
