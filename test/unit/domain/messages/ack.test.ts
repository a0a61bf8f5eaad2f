import { ackOf } from '../../../../engine/domain/messages/ack';

const none = { sent_at: null, delivered_at: null, read_at: null };
const at = new Date(0);

it.each([
  ['on its way', { ...none, status: 'sending' }, 0],
  ['accepted', { ...none, status: 'sending', sent_at: at }, 1],
  ['delivered', { ...none, status: 'delivered', sent_at: at, delivered_at: at }, 2],
  ['read', { ...none, status: 'read', sent_at: at, delivered_at: at, read_at: at }, 3],
  ['failed', { ...none, status: 'failed' }, -1],
  ['failed after the server had accepted it', { ...none, status: 'failed', sent_at: at }, -1],
] as const)('a message that is %s', (_what, message, ack) => {
  expect(ackOf(message)).toBe(ack);
});
