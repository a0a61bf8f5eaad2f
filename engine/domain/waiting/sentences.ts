import type { PacingSettings } from '../pacing/settings';
import type { SendWindow } from '../time/send-window';
import { atWords, untilWords, zoneWords } from '../time/moment-words';
import { isLinkedState, type PendingMessage, type SendingSession } from './message-turn';
import type { WaitingFor } from './waiting-for';
import type { Wait } from './why-waiting';

/** What a sentence about a session's messages may mention. */
export interface SessionWords {
  state: SendingSession['state'];
  settings: PacingSettings;
  /** Messages that went in the last `windowMs`, to anybody or to new contacts. */
  sentIn(windowMs: number): number;
  newContactsIn(windowMs: number): number;
  /** How many may go in 24 hours now; Infinity for no cap. */
  perDay: number;
  newContactsPerDay: number;
  /** As in `PacingRules`. */
  speed: number;
}

/** What a sentence may mention of the message. */
export interface MessageWords extends Pick<PendingMessage, 'sendWindow' | 'expiresAt'> {
  /** It stands for a campaign that has not started. */
  isCampaign?: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: readonly [string, number][] = [
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
];

const NEVER_OPEN =
  'Its send window is open only in the quiet hours of the number, so it never goes. Change one of them.';

/** `24 hours`, `minute`: what follows "the last". Where times are hurried, `864 seconds`. */
function span(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? UNITS[2]!;
  const count = Math.max(1, Math.round(ms / size));
  return count === 1 ? unit : `${count} ${unit}s`;
}

/** `1 message was`, `8 messages were`. */
const counted = (count: number, what: string): string =>
  count === 1 ? `1 ${what} was` : `${count} ${what}s were`;

/** A pending message's wait as the API shows it: with a sentence that says why, until when and what to do. */
export function describeWait(
  wait: Wait,
  message: MessageWords,
  words: SessionWords,
  now: number,
): WaitingFor {
  const { reason, until } = wait;
  const zone = zoneOf(message, words);
  const parts = [
    sentence(wait, message, words, now, zone),
    ...(wait.isBehind && until !== null && reason !== 'earlier_message'
      ? ['Other messages go before it.']
      : []),
    ...expiry(wait, message, now, zone),
    ...(reason === 'send_at' && !isLinkedState(words.state) ? ['Link the number before then.'] : []),
  ];
  return {
    reason,
    until: until === null ? null : new Date(Math.ceil(until)).toISOString(),
    message: parts.join(' '),
  };
}

/** The zone in which its owner thinks, as far as one is known. */
function zoneOf({ sendWindow }: MessageWords, { settings }: SessionWords): string {
  return sendWindow?.timezone ?? settings.quiet_hours?.timezone ?? 'UTC';
}

function expiry({ until }: Wait, { expiresAt }: MessageWords, now: number, zone: string): string[] {
  if (expiresAt === null || (until !== null && until < expiresAt)) return [];
  return [`It expires ${atWords(expiresAt, now, zone)} if it has not gone by then.`];
}

function sentence(
  { reason, until }: Wait,
  { sendWindow, isCampaign }: MessageWords,
  words: SessionWords,
  now: number,
  zone: string,
): string {
  const { settings } = words;
  const at = until === null ? 'later' : atWords(until, now, zone);
  const next = until === null ? 'Nobody knows when the next may go.' : `The next may go ${at}.`;
  const went = (name: string, windowMs: number): string => {
    const hurried = windowMs / words.speed;
    const sent = counted(words.sentIn(hurried), 'message');
    return `${sent} sent in the last ${span(hurried)}, the most that ${name} leaves to this priority. ${next}`;
  };
  switch (reason) {
    case 'send_at':
      return isCampaign ? `The campaign starts ${at}.` : `It goes ${at}. Change send_at to move it.`;
    case 'send_window': {
      const hours = sendWindow
        ? `, from ${sendWindow.start} to ${sendWindow.end}${zoneWords(sendWindow.timezone)},`
        : '';
      if (until === null) return NEVER_OPEN;
      return `Its send window${hours} is closed. It may go ${at}. Change send_window to send it sooner.`;
    }
    case 'gap':
      return `The number leaves a gap between two messages. This one may go ${at}. There is nothing to do.`;
    case 'per_minute':
      return went('per_minute', MINUTE);
    case 'per_hour':
      return went('per_hour', HOUR);
    case 'per_day':
      return went('per_day', DAY);
    case 'new_contacts':
      return newContacts(until, at, words);
    case 'warm_up':
      return (
        `The number is new, so it may send only ${words.perDay} messages in 24 hours for now, a quarter of them in an ` +
        `hour. ${next} Each day allows a fifth more.`
      );
    case 'quiet_hours': {
      if (until === null) return NEVER_OPEN;
      const quiet = settings.quiet_hours;
      const hours = quiet ? ` from ${quiet.start} to ${quiet.end}${zoneWords(quiet.timezone)}` : '';
      return `The number has quiet hours${hours}. This may go ${at}. Only messages of priority high go before.`;
    }
    case 'slowed_down':
      return (
        `WhatsApp rejected messages of this number or restricted it, so it sends more slowly for a while. ${next} ` +
        'Write only to people who expect it.'
      );
    case 'whatsapp_quota':
      return (
        'WhatsApp lets this number start no more new chats for now. ' +
        (until === null ? '' : `The next may be started ${at}. `) +
        'People who write to the number first can be answered.'
      );
    case 'restricted':
      return (
        'WhatsApp lets this number write only to people it knows' +
        `${until === null ? '' : ` ${untilWords(until, now, zone)}`}. People who write to it first can be answered.`
      );
    case 'link_down':
      return until === null
        ? 'The number is not connected to WhatsApp. This goes when it is. Check its state, and the phone.'
        : `The last attempt did not get through. The next is ${at}. There is nothing to do.`;
    case 'logged_out':
      return 'The number is not linked to WhatsApp. Link it to send this.';
    case 'earlier_message':
      return until === null
        ? 'Other messages go before it. It goes when it is its turn. There is nothing to do.'
        : `Other messages go before it. It is expected to go ${at}. There is nothing to do.`;
    case 'campaign_paused':
      return isLinkedState(words.state)
        ? 'The campaign is paused. Resume it to send this.'
        : 'The campaign is paused, and its number is not linked to WhatsApp. Link the number, then resume the campaign.';
    case 'campaign_pacing':
      return `The campaign has sent as many messages as its own pacing allows for now. ${next}`;
    case 'human_has_the_chat':
      return humanSentence(until, now, zone);
  }
}

function humanSentence(until: number | null, now: number, zone: string): string {
  const end = until === null ? '' : ` ${untilWords(until, now, zone)}`;
  return `A person has the chat${end}. Give the chat back to send this now.`;
}

/** For a due message that is held up only by who has its chat. @param until null: until it is given back */
export function humanHasTheChat(until: Date | null, sendWindow: SendWindow | null, now: Date): WaitingFor {
  const message = humanSentence(until?.getTime() ?? null, now.getTime(), sendWindow?.timezone ?? 'UTC');
  return { reason: 'human_has_the_chat', until: until?.toISOString() ?? null, message };
}

function newContacts(until: number | null, at: string, words: SessionWords): string {
  if (until === null)
    return (
      'The number writes to no new contacts, because its new_contacts_per_day is 0. Raise it, or wait until they ' +
      'write first.'
    );
  const day = DAY / words.speed;
  const isLess = words.newContactsPerDay < words.settings.new_contacts_per_day;
  return (
    `${counted(words.newContactsIn(day), 'new contact')} written to in the last ${span(day)}; the next may be ${at}. ` +
    (isLess
      ? `For now ${words.newContactsPerDay} a day are allowed, because the number is new or slowed down. `
      : '') +
    'People who write to the number first do not wait for this.'
  );
}
