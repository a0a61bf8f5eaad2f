import { retry } from '../../../async/retry';
import type { Timers } from '../../../async/timers';
import type { Log } from '../../../domain/log';
import { STORE_BACK_OFF } from '../../tell-until-stored';
import type { Inbound } from '../../transport';

/** After this many refusals by a store that answers, the message itself is at fault. */
const MOST_REFUSALS = 12;

/**
 * Stores an inbound message, however long the store is out of reach. A message that the store keeps refusing although
 * it answers is left out, because it would hold up everything after it forever.
 * Never resolves once the timers are stopped.
 * @param storeAnswers rejects if the store is out of reach.
 */
export async function storeInbound(
  read: () => Promise<Inbound | null>,
  store: (inbound: Inbound) => Promise<void>,
  storeAnswers: () => Promise<unknown>,
  timers: Timers,
  log: Log,
): Promise<void> {
  let refusals = 0;
  const attempt = async (): Promise<void> => {
    const inbound = await read();
    if (inbound) await store(inbound);
  };
  try {
    await retry(timers, STORE_BACK_OFF, attempt, async (error) => {
      const isRefused = await storeAnswers().then(
        () => true,
        () => false,
      );
      if (isRefused) refusals += 1;
      if (refusals > MOST_REFUSALS) throw error;
    });
  } catch (error) {
    log.error({ err: error }, 'a message that came in could not be stored and is left out');
  }
}
