import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { sessionIdField, sessionPath, theSession } from './session-id';

export const logOut: Operation = {
  value: 'logOut',
  name: 'Log Out',
  action: 'Log a linked number out',
  description: 'Unlink a WhatsApp number from the engine. Nothing is sent from it until it is linked again.',
  fields: [
    sessionIdField('The linked number to log out. May be left empty when there is only one.', 'The only one'),
  ],
  async execute(context, itemIndex) {
    const path = `${sessionPath(await theSession(context, itemIndex))}/logout`;
    return [await callEngine(context, { method: 'POST', path, itemIndex })];
  },
};
