import type { BinaryNode } from '../baileys';
import { COLLECTION } from '../people/app-state';
import type { Person } from '../people/person';
import { childOf, childrenOf, node } from '../transport/nodes';
import type { Query } from './query';

/** Settings that devices share: patches of one collection. The others never change. */
export const appState: Query = {
  name: 'app-state',
  xmlns: 'w:sync:app:state',
  child: 'sync',
  answer: (iq, { person }) => {
    const collections = childrenOf(childOf(iq, 'sync'), 'collection');
    return [
      node(
        'sync',
        {},
        collections.map((asked) => collection(asked, person)),
      ),
    ];
  },
};

function collection({ attrs }: BinaryNode, person: Person): BinaryNode {
  const { name, version } = attrs;
  const patches = name === COLLECTION ? person.patchesAfter(Number(version)) : [];
  const content =
    patches.length > 0
      ? [
          node(
            'patches',
            {},
            patches.map((patch) => node('patch', {}, patch)),
          ),
        ]
      : undefined;
  return node('collection', { name, version, has_more_patches: 'false' }, content);
}
