import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';

let engine: TestEngine;
let receiver: Receiver;
beforeEach(async () => {
  engine = await startEngine();
  receiver = await new Receiver().start();
});
afterEach(async () => {
  await engine.close();
  await receiver.stop();
});

const register = async (path: string, events: string[], fields: object = {}) => {
  const answer = await engine.call('POST', '/v1/webhooks', { url: receiver.url(path), events, ...fields });
  expect(answer.status).toBe(201);
};
const send = (to: string, fields: object = {}) =>
  engine.call('POST', '/v1/messages', { type: 'text', to, text: 'hello', ...fields });
const at = (path: string) => receiver.received.filter((received) => received.path === path);
const types = (path: string) => at(path).map(({ event }) => event.type);

it('emits events under the registered name', async () => {
  await register('/canonical', ['message.received']);
  await register('/alias', ['new_message_received_webhook']);
  await register('/reply', ['reply_to_my_message_webhook']);
  await register('/both', ['new_message_received_webhook', 'reply_to_my_message_webhook']);
  await register('/ack', ['ack_changed_webhook']);
  await register('/acks', ['message.delivered', 'ack_changed_webhook']);
  await register('/reaction', ['message_reaction_webhook']);
  await register('/vote', ['poll_vote_webhook']);
  await send('+15005550004', { reference: 'order-7' });
  await send('+15005550009');
  await engine.call('POST', '/v1/messages', {
    type: 'poll',
    to: '+15005550008',
    poll: { question: 'q', options: ['a', 'b'] },
  });
  await until('the reply, the reaction and the vote are there', () =>
    ['/canonical', '/alias', '/reply', '/both', '/reaction', '/vote'].every((path) => at(path).length === 1),
  );
  expect(types('/canonical')).toEqual(['message.received']);
  expect(types('/alias')).toEqual(['new_message_received_webhook']);
  expect(types('/reply')).toEqual(['reply_to_my_message_webhook']);
  expect(types('/both')).toEqual(['reply_to_my_message_webhook']);
  expect(types('/reaction')).toEqual(['message_reaction_webhook']);
  expect(types('/vote')).toEqual(['poll_vote_webhook']);
  await until('the receipts are there', () => at('/ack').length >= 6 && at('/acks').length >= 6);
  expect(new Set(types('/ack'))).toEqual(new Set(['ack_changed_webhook']));
  expect(new Set(types('/acks'))).toEqual(new Set(['ack_changed_webhook', 'message.delivered']));
  // One event, whatever its name.
  const ids = ['/canonical', '/alias', '/reply', '/both'].map((path) => at(path)[0]!.event.id);
  expect(new Set(ids).size).toBe(1);
  expect(at('/reply')[0]!.event.data).toMatchObject({ reference: 'order-7', text: 'yes' });
});

it('delivers only events that match the whole filter', async () => {
  await register('/all', ['message.delivered', 'message.received']);
  await register('/reference', ['message.delivered', 'message.received'], { filter: { reference: 'a' } });
  await register('/chat', ['message.delivered'], { filter: { chat_id: '+1 500 555 0001' } });
  await register('/from', ['message.received'], { filter: { from: '+15005550004' } });
  await register('/other', ['message.received'], { filter: { from: '+15005550009' } });
  await register('/both', ['message.delivered'], { filter: { chat_id: '15005550001@c.us', reference: 'b' } });
  await send('+15005550001', { reference: 'a' });
  await send('+15005550001', { reference: 'b' });
  await send('+15005550004', { reference: 'a' });
  await until('all four are there', () => at('/all').length === 4);
  const references = (path: string) => at(path).map(({ event }) => event.data['reference']);
  const expected = { '/reference': 3, '/chat': 2, '/from': 1, '/both': 1 };
  await until('the filtered ones are there', () =>
    Object.entries(expected).every(([path, count]) => at(path).length >= count),
  );
  expect(references('/reference')).toEqual(['a', 'a', 'a']);
  expect(references('/chat').sort()).toEqual(['a', 'b']);
  expect(references('/both')).toEqual(['b']);
  expect(at('/from').map(({ event }) => event.data['from'])).toEqual(['+15005550004']);
  expect(at('/other')).toEqual([]);
});
