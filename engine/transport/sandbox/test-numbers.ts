import { fractionOf } from './wire-hash';

/** What happens to a message on its way to the simulated server. */
export type Arrival = { kind: 'accepted' } | { kind: 'refused'; reason: string } | { kind: 'drops_link' };

/** What the recipient's side does with an accepted message. */
export type Action =
  | { kind: 'delivered' }
  | { kind: 'read' }
  | { kind: 'reply'; text: string }
  | { kind: 'vote'; option: string }
  | { kind: 'reaction'; emoji: string }
  /** The recipient edits the reply. */
  | { kind: 'edit'; text: string }
  /** The recipient takes the reply back. */
  | { kind: 'revoke' }
  /** The recipient pins the message for 7 days. */
  | { kind: 'pin' }
  /** The owner of the sandbox's number writes in the chat, on the phone. */
  | { kind: 'from_phone'; text: string }
  /** The recipient calls. */
  | { kind: 'call' }
  /** The recipient writes the nth of several messages in a row. Only the first, number 0, quotes the message. */
  | { kind: 'writes'; text: string; nth: number };

/** An action and when it happens, in milliseconds after the server accepted the message. */
export type Step = Action & { afterMs: number };

/** Everything that will happen to one message. Times are at speed 1. */
export interface Script {
  /** Milliseconds from the hand-over to the server's answer. */
  arrivalMs: number;
  arrival: Arrival;
  /** In order; only for an accepted message. */
  steps: Step[];
}

/** What the script depends on. `HandedOver` has it, so that a script can go on after a crash. */
export interface SandboxMessage {
  wireId: string;
  chatId: string;
  poll: { options: string[] } | null;
}

interface SandboxNumber {
  /** E.164. */
  phone: string;
  /** For the documentation: what happens to a message to this number. */
  does: string;
  arrival: Arrival;
  actions: (poll: SandboxMessage['poll']) => Action[];
  /** The account's other name: the look-up tells it, and answers come under the one that was not written to. */
  alsoNamed?: string;
  /** What it does about groups. */
  groups?: 'needs_invite' | 'joins_by_invite';
}

const ACCEPTED: Arrival = { kind: 'accepted' };
const DELIVERED: Action = { kind: 'delivered' };
const READ: Action = { kind: 'read' };

/** What +15005550018 writes. */
const IN_A_ROW = ['Hi', 'I got your message', 'Can we move it to Friday?', 'Around 3 pm', 'Thanks!'];

/** The test numbers. `phone` and `does` go into the documentation; the rest is simulated. */
export const SANDBOX_NUMBERS: readonly SandboxNumber[] = [
  {
    phone: '+15005550001',
    does: 'delivered and read',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, READ],
  },
  {
    phone: '+15005550002',
    does: 'not on WhatsApp',
    arrival: { kind: 'refused', reason: 'not_on_whatsapp' },
    actions: () => [],
  },
  {
    phone: '+15005550003',
    does: 'accepted by the server, never delivered',
    arrival: ACCEPTED,
    actions: () => [],
  },
  {
    phone: '+15005550004',
    does: 'delivered, then replies "yes", quoting the message',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'yes' }],
  },
  {
    phone: '+15005550005',
    does: 'delivered, then replies "STOP", quoting the message',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'STOP' }],
  },
  {
    phone: '+15005550006',
    does: 'rejected by the server with 463',
    arrival: { kind: 'refused', reason: 'rejected_by_whatsapp:463' },
    actions: () => [],
  },
  {
    phone: '+15005550007',
    does: 'the link drops for a while at the first attempt; the next one is accepted and delivered',
    arrival: { kind: 'drops_link' },
    actions: () => [DELIVERED],
  },
  {
    phone: '+15005550008',
    does: 'delivered and read, then votes the first option if it is a poll',
    arrival: ACCEPTED,
    actions: (poll) => {
      const first = poll?.options[0];
      return first === undefined ? [DELIVERED, READ] : [DELIVERED, READ, { kind: 'vote', option: first }];
    },
  },
  {
    phone: '+15005550009',
    does: 'delivered, then reacts 👍',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reaction', emoji: '👍' }],
  },
  {
    phone: '+15005550010',
    does: 'delivered, then replies "at nine", quoting the message, and edits the reply to "at ten"',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'at nine' }, { kind: 'edit', text: 'at ten' }],
  },
  {
    phone: '+15005550011',
    does: 'delivered, then the owner of the number writes "I will call you" to them on the phone',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'from_phone', text: 'I will call you' }],
  },
  {
    phone: '+15005550012',
    does: 'delivered, then replies "yes" under its LID, 500555000000012@lid; a message to the LID is answered by the number',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'yes' }],
    alsoNamed: '500555000000012@lid',
  },
  {
    phone: '+15005550013',
    does: 'delivered, then calls; the call is told, and rejected if the session rejects calls',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'call' }],
  },
  {
    phone: '+15005550014',
    does: 'delivered; does not let anyone add it to a group, so it needs the invite link',
    arrival: ACCEPTED,
    actions: () => [DELIVERED],
    groups: 'needs_invite',
  },
  {
    phone: '+15005550015',
    does: 'delivered; joins a group by its link a few seconds after the link was asked for, or asks to join if admins approve who does',
    arrival: ACCEPTED,
    actions: () => [DELIVERED],
    groups: 'joins_by_invite',
  },
  {
    phone: '+15005550016',
    does: 'delivered, then pins the message, replies "at nine", edits the reply to "at ten", and takes it back',
    arrival: ACCEPTED,
    actions: () => [
      DELIVERED,
      { kind: 'pin' },
      { kind: 'reply', text: 'at nine' },
      { kind: 'edit', text: 'at ten' },
      { kind: 'revoke' },
    ],
  },
  {
    phone: '+15005550017',
    does: 'delivered, then replies "no, too expensive", quoting the message',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'no, too expensive' }],
  },
  {
    phone: '+15005550018',
    does: 'delivered, then writes five short messages in ten seconds; the first quotes the message',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, ...IN_A_ROW.map((text, nth) => ({ kind: 'writes' as const, text, nth }))],
  },
  {
    phone: '+15005550019',
    does: 'delivered, then replies "When are you open?", quoting the message',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'When are you open?' }],
  },
  {
    phone: '+15005550020',
    does: 'delivered, then the owner takes over: writes "I will help you" on the phone, and they answer "thank you"',
    arrival: ACCEPTED,
    actions: () => [
      DELIVERED,
      { kind: 'from_phone', text: 'I will help you' },
      { kind: 'reply', text: 'thank you' },
    ],
  },
  {
    phone: '+5511985550004',
    does: 'delivered, then replies "yes" as +551185550004, the same number without its 9; and the other way round',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'yes' }],
    alsoNamed: '551185550004@c.us',
  },
  {
    phone: '+5511985550005',
    does: 'delivered, then replies "STOP" as +551185550005, the same number without its 9; and the other way round',
    arrival: ACCEPTED,
    actions: () => [DELIVERED, { kind: 'reply', text: 'STOP' }],
    alsoNamed: '551185550005@c.us',
  },
];

const BY_CHAT = new Map(
  SANDBOX_NUMBERS.flatMap((number) => {
    const chatIds = [chatIdOf(number.phone), number.alsoNamed].filter((chatId) => chatId !== undefined);
    return chatIds.map((chatId) => [chatId, number] as const);
  }),
);

const chatIdsWith = (groups: SandboxNumber['groups']): string[] =>
  SANDBOX_NUMBERS.filter((number) => number.groups === groups).map(({ phone }) => chatIdOf(phone));

/** Chat ids of people who cannot be added to a group, and of those who join a group by its link once it is there. */
export const NEED_INVITE: readonly string[] = chatIdsWith('needs_invite');
export const JOIN_BY_INVITE: readonly string[] = chatIdsWith('joins_by_invite');

/** An account of the sandbox. */
export interface SandboxAccount {
  /** All its names, as chat ids. */
  names: string[];
  /** The name under which it answers a message to this chat id. */
  answersAs: string;
}

/** The account behind a chat id of a person. */
export function accountOf(chatId: string): SandboxAccount {
  const known = BY_CHAT.get(chatId);
  if (!known?.alsoNamed) return { names: [chatId], answersAs: chatId };
  const names = [chatIdOf(known.phone), known.alsoNamed];
  return { names, answersAs: names.find((name) => name !== chatId)! };
}

function chatIdOf(phone: string): string {
  return `${phone.slice(1)}@c.us`;
}

/** Milliseconds at speed 1: until the server's answer, and from one action to the next. */
const BASE_MS = {
  arrival: 200,
  delivered: 1000,
  read: 2000,
  reply: 3000,
  vote: 3000,
  reaction: 3000,
  edit: 2000,
  revoke: 2000,
  pin: 2000,
  from_phone: 3000,
  call: 3000,
  writes: 2000,
} as const;

/** Each delay varies by this share of its base, depending on the wire id. */
const JITTER = 0.25;

/** How long the link stays down after +15005550007 drops it, in milliseconds at speed 1. */
export const LINK_DOWN_MS = 5000;

/** How long connecting takes, in milliseconds at speed 1. */
export const CONNECT_MS = 300;

/** How long after a group's invite link was asked for somebody joins by it, in milliseconds at speed 1. */
export const JOIN_AFTER_MS = 3000;

/** How long it takes the server to accept a reaction, an edit and the like, in milliseconds at speed 1. */
export const ACT_MS = 200;

/** How long a check of a number takes, in milliseconds at speed 1. */
export const CHECK_NUMBER_MS = 100;

/** E.164 phone of a one-to-one chat; null for a group, a channel and a lid. */
export function phoneOfChat(chatId: string): string | null {
  const digits = /^(\d+)@c\.us$/.exec(chatId)?.[1];
  return digits === undefined ? null : `+${digits}`;
}

/** Tells the actions of one script apart. */
export const labelOf = (action: Action): string =>
  action.kind === 'writes' ? `writes ${action.nth}` : action.kind;

/** The script of a message: the same for the same message on any machine and in any run. */
export function scriptOf(message: SandboxMessage): Script {
  const { arrival, actions } = BY_CHAT.get(message.chatId) ?? {
    arrival: ACCEPTED,
    actions: () => [DELIVERED],
  };
  let afterMs = 0;
  const steps = actions(message.poll).map((action) => {
    afterMs += jittered(BASE_MS[action.kind], message.wireId, labelOf(action));
    return { ...action, afterMs };
  });
  return { arrivalMs: jittered(BASE_MS.arrival, message.wireId, 'arrival'), arrival, steps };
}

/** Whether a chat id of a person has an account. */
export function isOnWhatsApp(chatId: string): boolean {
  const { arrival } = scriptOf({ wireId: '', chatId, poll: null });
  return !(arrival.kind === 'refused' && arrival.reason === 'not_on_whatsapp');
}

function jittered(baseMs: number, wireId: string, label: string): number {
  return Math.round(baseMs * (1 - JITTER + 2 * JITTER * fractionOf(wireId, label)));
}
