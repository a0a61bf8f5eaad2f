import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { allSessions, chosenSession, sessionIdField, sessionPath } from './session-id';

export const getStatus: Operation = {
  value: 'getStatus',
  name: 'Get Status',
  action: 'Get the status of a linked number',
  description: 'See which WhatsApp numbers are linked and whether they are online',
  fields: [
    sessionIdField(
      'The linked number to look at. Leave empty for all of them, one item each.',
      'All of them',
    ),
  ],
  async execute(context, itemIndex) {
    const sessionId = chosenSession(context, itemIndex);
    if (!sessionId) return await allSessions(context, itemIndex);
    return [await callEngine(context, { method: 'GET', path: sessionPath(sessionId), itemIndex })];
  },
};
