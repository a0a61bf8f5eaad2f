import { timerOfNewChat, type ChatTimer } from '../../../domain/chats/chat-timer';
import type { GroupMetadata } from '../baileys';
import { isChannel, isGroup, isLid, isPerson, isStatus } from '../jids';
import type { ChatTimers } from './chat-timers';
import { memberName, nameIn, type NameBook } from './member-names';

/** What a message must respect in the chat that it goes to. */
export interface ChatSettings {
  /** Null: messages stay. */
  timer: ChatTimer | null;
  /** The jid by which the chat knows a person, given any other. */
  nameOf(jid: string): Promise<string>;
}

export interface ChatSettingsSources {
  group(jid: string): Promise<GroupMetadata>;
  timers: Pick<ChatTimers, 'of' | 'learn' | 'suppose'>;
  names: NameBook;
  /** The default timers of both sides, in seconds; null if WhatsApp gives no answer. */
  askDefaults(jid: string): Promise<number[] | null>;
}

/** The settings of a chat. @param jid a person, lid, group or channel */
export async function chatSettings(jid: string, sources: ChatSettingsSources): Promise<ChatSettings> {
  const { names } = sources;
  if (isGroup(jid)) {
    const group = await sources.group(jid);
    return {
      timer: inForce({ seconds: group.ephemeralDuration ?? 0, setAt: 0 }),
      nameOf: (person) => memberName(group, person, names),
    };
  }
  return {
    timer: isChannel(jid) || isStatus(jid) ? null : inForce(await timerOf(jid, sources)),
    nameOf: (person) => nameIn(isLid(jid) ? 'lid' : 'pn', person, names),
  };
}

/** Every chat id of a chat with a person, the phone's first; none for other jids. */
export async function chatNames(jid: string, book: NameBook): Promise<string[]> {
  const names = (await book.namesOf(jid)).filter((name) => isPerson(name) || isLid(name));
  return names.sort((a, b) => Number(isLid(a)) - Number(isLid(b)));
}

/** A chat that nothing is known of is new, and starts with the default timers of both people. They are asked for once. */
async function timerOf(jid: string, { timers, names, askDefaults }: ChatSettingsSources): Promise<ChatTimer> {
  const chat = await chatNames(jid, names);
  const known = await timers.of(chat);
  if (known) return known;
  const defaults = await askDefaults(jid);
  const timer = timerOfNewChat(defaults ?? []);
  const suppose = (): void => timers.suppose(chat, timer);
  // A store that is out of reach does not hold up a message.
  if (defaults) await timers.learn([{ names: chat, timer }]).catch(suppose);
  else suppose();
  return timer;
}

const inForce = (timer: ChatTimer): ChatTimer | null => (timer.seconds > 0 ? timer : null);
