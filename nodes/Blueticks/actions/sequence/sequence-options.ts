import type { INodeProperties } from 'n8n-workflow';
import { sendWindowField } from '../send-window';

export const sequenceOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'From',
      name: 'from',
      type: 'string',
      default: '',
      placeholder: 'e.g. +14155551234',
      description: 'Which of your linked numbers sends. Only needed when several are linked.',
    },
    {
      displayName: 'Reference',
      name: 'reference',
      type: 'string',
      default: '',
      placeholder: 'e.g. order-42',
      description:
        'A name of your own for what the sequence is about. With it you find and stop it, and its messages have it too.',
    },
    sendWindowField,
    {
      displayName: 'Stop on Reply',
      name: 'stopOnReply',
      type: 'boolean',
      default: true,
      description: 'Whether the rest is canceled as soon as the person writes back or votes',
    },
    {
      displayName: 'Time Zone',
      name: 'timezone',
      type: 'string',
      default: '',
      placeholder: 'e.g. Europe/Rome',
      description: "The recipient's time zone, for the times of the steps. Empty means that of the workflow.",
    },
  ],
};
