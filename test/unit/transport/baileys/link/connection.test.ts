import { setImmediate as nextTurn } from 'node:timers/promises';
import { Connection } from '../../../../../engine/transport/baileys/link/connection';

/** A connection that has ended, without its socket. */
function ended(): Connection {
  const state = { closed: true, waiting: new Set() };
  return Object.assign(Object.create(Connection.prototype) as Connection, state);
}

it('fails work on an ended connection with link_down, and leaves no rejection unhandled', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  try {
    const work = nextTurn().then(() => Promise.reject(new Error('refused by the server')));
    await expect(ended().whileUp(work)).rejects.toMatchObject({ reason: 'link_down' });
    await nextTurn();
    await nextTurn();
  } finally {
    process.off('unhandledRejection', unhandled);
  }
  expect(unhandled).not.toHaveBeenCalled();
});
