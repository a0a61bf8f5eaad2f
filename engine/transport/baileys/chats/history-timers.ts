import { chatNames } from './chat-settings';
import type { ToldTimer } from './chat-timers';
import type { NameBook } from './member-names';

/** A chat of the history that a phone shares with a device when it is linked. Numbers may be Longs of protobufjs. */
interface HistoryChat {
  id?: string | null;
  ephemeralExpiration?: unknown;
  ephemeralSettingTimestamp?: unknown;
}

/** The timers of the chats that there were before the device was linked. Also of those without one: they are not new. */
export async function historyTimers(chats: readonly HistoryChat[], names: NameBook): Promise<ToldTimer[]> {
  const told: ToldTimer[] = [];
  for (const { id, ephemeralExpiration, ephemeralSettingTimestamp } of chats) {
    const chat = id ? await chatNames(id, names) : [];
    const timer = {
      seconds: Number(ephemeralExpiration ?? 0),
      setAt: Number(ephemeralSettingTimestamp ?? 0),
    };
    if (chat.length > 0) told.push({ names: chat, timer });
  }
  return told;
}
