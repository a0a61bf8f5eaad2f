import { fractionOf } from './wire-hash';

/** What becomes of a message on its way to the simulated server. */
export type Arrival = { kind: 'accepted' } | { kind: 'refused'; reason: string } | { kind: 'drops_link' };

/** What the recipient's side does with an accepted message. */
export type Act =
  | { kind: 'delivered' }
  | { kind: 'read' }
  | { kind: 'reply'; text: string }
  | { kind: 'vote'; option: string }
  | { kind: 'reaction'; emoji: string };

/** An act and when it happens, in milliseconds since the server accepted the message. */
export type Step = Act & { afterMs: number };

/** All that will happen to one message. Times are those of speed 1. */
export interface Story {
  /** Milliseconds from handing the message over to the server's answer. */
  arrivalMs: number;
  arrival: Arrival;
  /** In the order they happen; only for a message that gets accepted. */
  steps: Step[];
}

/** What a story depends on; `HandedOver` has it, so a story can be told again after a crash. */
export interface StoryOfWhom {
  wireId: string;
  chatId: string;
  poll: { options: string[] } | null;
}

interface SandboxNumber {
  /** E.164. */
  phone: string;
  /** For documentation: what a message to this number meets. */
  does: string;
  arrival: Arrival;
  acts: (poll: StoryOfWhom['poll']) => Act[];
}

const ACCEPTED: Arrival = { kind: 'accepted' };
const DELIVERED: Act = { kind: 'delivered' };
const READ: Act = { kind: 'read' };

/** The contract's test numbers. `phone` and `does` are the documentation; the rest is what is played. */
export const SANDBOX_NUMBERS: readonly SandboxNumber[] = [
  {
    phone: '+15005550001',
    does: 'delivered and read',
    arrival: ACCEPTED,
    acts: () => [DELIVERED, READ],
  },
  {
    phone: '+15005550002',
    does: 'not on WhatsApp',
    arrival: { kind: 'refused', reason: 'not_on_whatsapp' },
    acts: () => [],
  },
  {
    phone: '+15005550003',
    does: 'accepted by the server, never delivered',
    arrival: ACCEPTED,
    acts: () => [],
  },
  {
    phone: '+15005550004',
    does: 'delivered, then replies "yes", quoting the message',
    arrival: ACCEPTED,
    acts: () => [DELIVERED, { kind: 'reply', text: 'yes' }],
  },
  {
    phone: '+15005550005',
    does: 'delivered, then replies "STOP", quoting the message',
    arrival: ACCEPTED,
    acts: () => [DELIVERED, { kind: 'reply', text: 'STOP' }],
  },
  {
    phone: '+15005550006',
    does: 'rejected by the server with 463',
    arrival: { kind: 'refused', reason: 'rejected_by_whatsapp:463' },
    acts: () => [],
  },
  {
    phone: '+15005550007',
    does: 'the link drops for a while at the first attempt; the next one is accepted and delivered',
    arrival: { kind: 'drops_link' },
    acts: () => [DELIVERED],
  },
  {
    phone: '+15005550008',
    does: 'delivered and read, then votes the first option if it is a poll',
    arrival: ACCEPTED,
    acts: (poll) => {
      const first = poll?.options[0];
      return first === undefined ? [DELIVERED, READ] : [DELIVERED, READ, { kind: 'vote', option: first }];
    },
  },
  {
    phone: '+15005550009',
    does: 'delivered, then reacts 👍',
    arrival: ACCEPTED,
    acts: () => [DELIVERED, { kind: 'reaction', emoji: '👍' }],
  },
];

const BY_PHONE = new Map(SANDBOX_NUMBERS.map((number) => [number.phone, number]));

/** Milliseconds at speed 1 from handing over to the server's answer, and from each act's predecessor to the act. */
const BASE_MS = {
  arrival: 200,
  delivered: 1000,
  read: 2000,
  reply: 3000,
  vote: 3000,
  reaction: 3000,
} as const;

/** A delay is its base give or take this share of it, by the wire id: real delays are not all alike. */
const JITTER = 0.25;

/** How long the link stays down after +15005550007 drops it, in milliseconds at speed 1. */
export const LINK_DOWN_MS = 5000;

/** How long connecting takes, in milliseconds at speed 1. */
export const CONNECT_MS = 300;

/** How long asking whether a number has an account takes, in milliseconds at speed 1. */
export const CHECK_NUMBER_MS = 100;

/** E.164 phone of a one-to-one chat; null for a group, a channel and a lid. */
export function phoneOfChat(chatId: string): string | null {
  const digits = /^(\d+)@c\.us$/.exec(chatId)?.[1];
  return digits === undefined ? null : `+${digits}`;
}

/** The story of a message: the same for the same message on any machine and any run. */
export function storyOf(message: StoryOfWhom): Story {
  const { arrival, acts } = BY_PHONE.get(phoneOfChat(message.chatId) ?? '') ?? {
    arrival: ACCEPTED,
    acts: () => [DELIVERED],
  };
  let afterMs = 0;
  const steps = acts(message.poll).map((act) => {
    afterMs += jittered(BASE_MS[act.kind], message.wireId, act.kind);
    return { ...act, afterMs };
  });
  return { arrivalMs: jittered(BASE_MS.arrival, message.wireId, 'arrival'), arrival, steps };
}

function jittered(baseMs: number, wireId: string, label: string): number {
  return Math.round(baseMs * (1 - JITTER + 2 * JITTER * fractionOf(wireId, label)));
}
