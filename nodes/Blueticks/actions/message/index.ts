import type { Resource } from '../operation';
import { cancel } from './cancel.operation';
import { cancelMany } from './cancel-many.operation';
import { get } from './get.operation';
import { getAll } from './get-all.operation';
import { schedule } from './schedule.operation';
import { send } from './send.operation';
import { sendAndWait } from './send-and-wait.operation';
import { update } from './update.operation';

export const message: Resource = {
  value: 'message',
  name: 'Message',
  operations: [cancel, cancelMany, get, getAll, schedule, send, sendAndWait, update],
  defaultOperation: 'schedule',
};
