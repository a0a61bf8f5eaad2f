import type { GroupMetadata } from '../baileys';
import { faultOf } from '../fault-of';
import type { Device } from '../keys/device';
import { Connection, type ConnectionListener } from './connection';
import type { LinkDependencies } from './link-dependencies';
import { openSocket } from './open-socket';

/** Opens a socket for a device; what becomes of it is told through `events`. */
export function connect(
  { baileys, timing, clock, log, socketUrl, fetchAgent, getMessage }: LinkDependencies,
  { state, signal }: Device,
  events: Omit<ConnectionListener, 'onFault'>,
): Connection {
  const socket = openSocket(baileys, {
    socketUrl,
    device: state,
    signal,
    queryMs: timing.queryMs,
    qrMs: timing.qrMs,
    fetchAgent,
    getMessage: ({ id }) => (id ? getMessage(id) : Promise.resolve(undefined)),
    groupMetadata: (jid): Promise<GroupMetadata | undefined> => connection.groups.get(jid),
  });
  const onFault = (error: unknown, event: string): void =>
    log.warn({ fault: faultOf(error), event: event.split(',')[0] }, 'Baileys could not deal with a stanza');
  const connection = new Connection(socket, { ...events, onFault }, timing, clock);
  return connection;
}
