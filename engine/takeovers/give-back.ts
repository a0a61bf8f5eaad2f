import type { Transact, Work } from '../events/transact';
import { takeEnded, type TakeoverRow } from '../store/tables/takeovers';
import { tellOfChat, type ChangedBy } from './chat-events';

const AT_ONCE = 100;

/** Emits that the bot has a chat again, and wakes the lane: messages may wait for it. @param row as it is stored now */
export async function tellGivenBack(work: Work, row: TakeoverRow, by: ChangedBy): Promise<void> {
  await tellOfChat(work, 'chat.given_back', row, by);
  work.wake(row.session_id, work.now.getTime());
}

/** Gives back every chat whose `human_until` has come. Any process may, and each is told once. */
export async function giveBackEnded(transact: Transact): Promise<void> {
  let found: number;
  do {
    found = await transact(async (work) => {
      const ended = await takeEnded(work.sql, work.now, AT_ONCE);
      for (const row of ended) await tellGivenBack(work, row, 'time');
      return ended.length;
    });
  } while (found === AT_ONCE);
}
