import { callEngine, pathTo } from '../../../shared/call-engine';
import type { Operation, Resource } from '../operation';
import { getPairingCode, getQrCode } from './link.operations';
import { allSessions, SESSIONS, sessions, theSession } from './resource';
import { update } from './update.operation';

const getStatus: Operation = {
  value: 'getStatus',
  name: 'Get Status',
  action: 'Get the status of a linked number',
  description: 'See which WhatsApp numbers are linked and whether they are online',
  fields: [
    sessions.idFieldOf({
      description: 'The linked number to look at. Leave empty for all of them, one item each.',
      whenEmpty: 'All of them',
    }),
  ],
  async execute(context, itemIndex) {
    if (!sessions.findId(context, itemIndex)) return await allSessions(context, itemIndex);
    const path = sessions.chosenPath(context, itemIndex);
    return await callEngine(context, { method: 'GET', path, itemIndex });
  },
};

const logOut: Operation = {
  value: 'logOut',
  name: 'Log Out',
  action: 'Log a linked number out',
  description: 'Unlink a WhatsApp number from the engine. Nothing is sent from it until it is linked again.',
  fields: [
    sessions.idFieldOf({
      description: 'The linked number to log out. You can leave this empty if there is only one.',
      whenEmpty: 'The only one',
    }),
  ],
  async execute(context, itemIndex) {
    const path = pathTo(SESSIONS, await theSession(context, itemIndex), 'logout');
    return await callEngine(context, { method: 'POST', path, itemIndex });
  },
};

export const session: Resource = {
  value: 'session',
  name: 'Session',
  operations: [getPairingCode, getQrCode, getStatus, logOut, update],
  defaultOperation: 'getStatus',
};
