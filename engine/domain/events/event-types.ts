/**
 * Every event that a webhook can register for. `message.edited` and `message.revoked` are what the other person did to
 * their own message; `message.pinned` is what anyone did in the chat, also the owner of the number on the phone.
 * `webhook.expired` goes only to the webhook whose `expires_at` has come, and is its last.
 */
export const EVENT_TYPES = [
  'message.queued',
  'message.sending',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'message.canceled',
  'message.received',
  'message.burst',
  'message.reaction',
  'message.edited',
  'message.revoked',
  'message.pinned',
  'message.sent_from_phone',
  'poll.voted',
  'call.received',
  'campaign.started',
  'campaign.paused',
  'campaign.resumed',
  'campaign.completed',
  'campaign.aborted',
  'session.connected',
  'session.disconnected',
  'session.restricted',
  'session.slowed_down',
  'session.quota_warning',
  'sequence.stopped',
  'sequence.completed',
  'recurrence.ended',
  'recurrence.missed',
  'group.participants_added',
  'group.participants_removed',
  'group.participants_promoted',
  'group.participants_demoted',
  'group.name_changed',
  'group.description_changed',
  'group.settings_changed',
  'opt_out.created',
  'chat.taken_over',
  'chat.given_back',
  'webhook.expired',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const REPLY_ALIAS = 'reply_to_my_message_webhook';

/**
 * Older names that can be registered instead, and the events that each stands for. `reply_to_my_message_webhook` gets
 * only received messages that reply to ours. If two aliases match an event, the first one here wins, so narrow aliases
 * come before broad ones.
 */
export const ALIASES = {
  [REPLY_ALIAS]: ['message.received'],
  new_message_received_webhook: ['message.received'],
  message_reaction_webhook: ['message.reaction'],
  poll_vote_webhook: ['poll.voted'],
  message_edited_webhook: ['message.edited'],
  message_deleted_revoked_webhook: ['message.revoked'],
  ack_changed_webhook: ['message.sent', 'message.delivered', 'message.read', 'message.failed'],
} as const satisfies Record<string, readonly EventType[]>;

export type EventAlias = keyof typeof ALIASES;

/** Every name that can be registered: canonical names, then aliases. */
export const EVENT_NAMES: ReadonlyArray<EventType | EventAlias> = [
  ...EVENT_TYPES,
  ...(Object.keys(ALIASES) as EventAlias[]),
];

function standsFor(name: string): readonly string[] {
  return Object.hasOwn(ALIASES, name) ? ALIASES[name as EventAlias] : [name];
}

/** The canonical types of these names, each once, in the order of `EVENT_TYPES`. Unknown names are dropped. */
export function canonicalTypes(names: readonly string[]): EventType[] {
  const wanted = new Set(names.flatMap(standsFor));
  return EVENT_TYPES.filter((type) => wanted.has(type));
}

/**
 * The name under which a webhook that registered these names gets the event; null if it did not register for it.
 * The canonical name wins over an alias. `isReply`: the event is a received message that replies to one of ours.
 */
export function labelFor(
  registered: readonly string[],
  event: { type: string; isReply: boolean },
): string | null {
  if (registered.includes(event.type)) return event.type;
  const fits = (alias: string): boolean =>
    registered.includes(alias) &&
    standsFor(alias).includes(event.type) &&
    (alias !== REPLY_ALIAS || event.isReply);
  return Object.keys(ALIASES).find(fits) ?? null;
}
