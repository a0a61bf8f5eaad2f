import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { readText } from '../read-text';
import { sessionIdField, sessionPath, sessionToLink } from './session-id';

export const getPairingCode: Operation = {
  value: 'getPairingCode',
  name: 'Get Pairing Code',
  action: 'Get a code that links a number without a scan',
  description:
    'Get a code to type on the phone instead of a scan: WhatsApp, Settings, Linked devices, Link with phone number',
  fields: [
    {
      displayName: 'Phone',
      name: 'phone',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. +14155551234',
      description: 'The number of the phone that is to be linked, with "+" and country code',
    },
    sessionIdField(
      'The session to link. Leave empty for the one that has no number yet, or for a first one.',
      'The one without a number',
    ),
  ],
  async execute(context, itemIndex) {
    const phone = readText(context, 'phone', itemIndex).trim();
    if (!phone) throw new Error('Phone: give the number of the phone that is to be linked.');
    const sessionId = await sessionToLink(context, itemIndex);
    const path = `${sessionPath(sessionId)}/pairing-code`;
    const code = await callEngine(context, { method: 'POST', path, body: { phone }, itemIndex });
    return [{ session_id: sessionId, phone, ...code }];
  },
};
