import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { readRecipient, recipientField } from '../common-fields';
import { createOne } from '../describe-resource';
import type { Operation } from '../operation';
import { readText } from '../read-field';
import { forwardOptions, readForwardOptions } from './options';
import { messageInChatField, pathInChat } from './sent-message';
import { showMoment } from './show-moment';

export const react: Operation = {
  value: 'react',
  name: 'React',
  action: 'React to a message',
  description: 'React to a message with an emoji, or take a reaction back',
  fields: [
    messageInChatField,
    {
      displayName: 'Emoji',
      name: 'emoji',
      type: 'string',
      default: '👍',
      description: 'Replaces an earlier reaction. Leave empty to take the reaction back.',
    },
  ],
  async execute(context, itemIndex) {
    const emoji = readText(context, 'emoji', itemIndex).trim();
    const path = await pathInChat(context, itemIndex, 'reactions');
    const answer = await callEngine(context, { method: 'POST', path, body: { emoji }, itemIndex });
    return { emoji, ...answer };
  },
};

export const edit: Operation = {
  value: 'edit',
  name: 'Edit Sent',
  action: 'Edit a sent message',
  description:
    'Change the text or caption of a message that was sent, within 15 minutes. Use "Update" for one that was not sent yet.',
  fields: [
    messageInChatField,
    {
      displayName: 'New Text',
      name: 'text',
      type: 'string',
      typeOptions: { rows: 4 },
      required: true,
      default: '',
      description: 'The new text, or the new caption of a file',
    },
  ],
  async execute(context, itemIndex) {
    const text = readText(context, 'text', itemIndex);
    if (!text) throw new Error('New Text is empty. Enter the new text of the message.');
    const path = await pathInChat(context, itemIndex);
    return await callEngine(context, { method: 'PATCH', path, body: { text }, itemIndex });
  },
};

export const revoke: Operation = {
  value: 'revoke',
  name: 'Delete for Everyone',
  action: 'Delete a sent message for everyone',
  description:
    'Take a sent message back from everyone in the chat, within 60 hours. Use "Cancel" for one that was not sent yet.',
  fields: [messageInChatField],
  async execute(context, itemIndex) {
    const path = await pathInChat(context, itemIndex);
    return await callEngine(context, { method: 'DELETE', path, itemIndex });
  },
};

export const forward: Operation = {
  value: 'forward',
  name: 'Forward',
  action: 'Forward a message',
  description: 'Forward a message, also with its file, to another chat',
  fields: [messageInChatField, recipientField, forwardOptions],
  async execute(context, itemIndex) {
    const body: IDataObject = {
      to: readRecipient(context, itemIndex),
      ...readForwardOptions(context, itemIndex),
    };
    const path = await pathInChat(context, itemIndex, 'forward');
    return showMoment(context, await createOne(context, itemIndex, path, body), itemIndex);
  },
};

const durationField: INodeProperties = {
  displayName: 'For How Long',
  name: 'duration',
  type: 'options',
  options: [
    { name: '24 Hours', value: 86400 },
    { name: '7 Days', value: 604800 },
    { name: '30 Days', value: 2592000 },
    { name: 'Unpin It', value: 0 },
  ],
  default: 604800,
  description: 'How long everyone in the chat sees it at the top',
};

export const pin: Operation = {
  value: 'pin',
  name: 'Pin',
  action: 'Pin a message',
  description: 'Pin a message for everyone in the chat, or unpin it',
  fields: [messageInChatField, durationField],
  async execute(context, itemIndex) {
    const path = await pathInChat(context, itemIndex, 'pin');
    const body = { duration_s: readDuration(context, itemIndex) };
    return await callEngine(context, { method: 'POST', path, body, itemIndex });
  },
};

/** A number, or the text of one, as an expression may return it. The engine refuses anything else. */
function readDuration(context: IExecuteFunctions, itemIndex: number): IDataObject[string] {
  const value = context.getNodeParameter('duration', itemIndex);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}
