import fc from 'fast-check';
import {
  ALIASES,
  canonicalTypes,
  EVENT_NAMES,
  EVENT_TYPES,
  labelFor,
} from '../../../../engine/domain/events/event-types';

const event = (type: string, isReply = false) => ({ type, isReply });
const names = fc.uniqueArray(fc.constantFrom(...EVENT_NAMES));

it('accepts the 41 types and the 7 aliases', () => {
  expect(EVENT_TYPES).toHaveLength(41);
  expect(new Set(EVENT_NAMES).size).toBe(48);
  expect(EVENT_NAMES).toEqual(expect.arrayContaining(Object.keys(ALIASES)));
});

describe('canonicalTypes', () => {
  it.each([
    [['message.sent', 'message.sent'], ['message.sent']],
    [
      ['new_message_received_webhook', 'reply_to_my_message_webhook', 'message.received'],
      ['message.received'],
    ],
    [['message_reaction_webhook'], ['message.reaction']],
    [['poll_vote_webhook'], ['poll.voted']],
    [['message_edited_webhook'], ['message.edited']],
    [['message_deleted_revoked_webhook'], ['message.revoked']],
    [['ack_changed_webhook'], ['message.sent', 'message.delivered', 'message.read', 'message.failed']],
    [
      ['opt_out.created', 'message.queued'],
      ['message.queued', 'opt_out.created'],
    ],
    [['constructor', 'message.invented'], []],
    [[], []],
  ])('%j', (registered, types) => {
    expect(canonicalTypes(registered)).toEqual(types);
  });
});

describe('labelFor', () => {
  it.each<[string[], { type: string; isReply: boolean }, string | null]>([
    [['message.sent'], event('message.sent'), 'message.sent'],
    [['message.sent'], event('message.read'), null],
    [[], event('message.read'), null],
    [['ack_changed_webhook'], event('message.sent'), 'ack_changed_webhook'],
    [['ack_changed_webhook'], event('message.failed'), 'ack_changed_webhook'],
    [['ack_changed_webhook'], event('message.canceled'), null],
    [['ack_changed_webhook', 'message.read'], event('message.read'), 'message.read'],
    [['new_message_received_webhook'], event('message.received'), 'new_message_received_webhook'],
    [['new_message_received_webhook'], event('message.received', true), 'new_message_received_webhook'],
    [['reply_to_my_message_webhook'], event('message.received', true), 'reply_to_my_message_webhook'],
    [['reply_to_my_message_webhook'], event('message.received', false), null],
    [
      ['new_message_received_webhook', 'reply_to_my_message_webhook'],
      event('message.received', true),
      'reply_to_my_message_webhook',
    ],
    [
      ['reply_to_my_message_webhook', 'new_message_received_webhook'],
      event('message.received', false),
      'new_message_received_webhook',
    ],
    [
      ['reply_to_my_message_webhook', 'message.received'],
      event('message.received', true),
      'message.received',
    ],
    [['message_reaction_webhook'], event('message.reaction'), 'message_reaction_webhook'],
    [['poll_vote_webhook'], event('poll.voted'), 'poll_vote_webhook'],
    [['message_edited_webhook'], event('message.edited'), 'message_edited_webhook'],
    [['message_deleted_revoked_webhook'], event('message.revoked'), 'message_deleted_revoked_webhook'],
  ])('%j gets %j as %j', (registered, of, label) => {
    expect(labelFor(registered, of)).toBe(label);
  });

  it('names exactly the types that canonicalTypes lists, for a reply', () => {
    fc.assert(
      fc.property(names, (registered) => {
        const labels = EVENT_TYPES.map((type) => labelFor(registered, event(type, true)));
        expect(EVENT_TYPES.filter((_, at) => labels[at] !== null)).toEqual(canonicalTypes(registered));
        for (const label of labels) if (label !== null) expect(registered).toContain(label);
      }),
    );
  });

  it('does not depend on the order of registration', () => {
    fc.assert(
      fc.property(names, fc.constantFrom(...EVENT_TYPES), fc.boolean(), (registered, type, isReply) => {
        const reversed = [...registered].reverse();
        expect(labelFor(reversed, event(type, isReply))).toBe(labelFor(registered, event(type, isReply)));
      }),
    );
  });
});
