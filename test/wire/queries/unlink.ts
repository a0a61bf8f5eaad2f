import type { Query } from './query';

/** A companion logs itself out. It cannot log in again. */
export const unlink: Query = {
  name: 'unlink',
  xmlns: 'md',
  child: 'remove-companion-device',
  answer: (_iq, asker) => {
    asker.person.devices.delete(asker.id);
    return undefined;
  },
};
