import { childOf } from '../transport/nodes';
import type { Query } from './query';

/** After login a client says that it is active. Then it gets everything that waited for it. */
export const passive: Query = {
  name: 'passive',
  xmlns: 'passive',
  answer: () => undefined,
  afterwards: (iq, asker, world) => {
    if (!childOf(iq, 'active')) return;
    asker.wake();
    world.linking.afterFirstLogIn(asker);
  },
};
