import type { Log } from '../../../domain/log';
import type { Timers } from '../../../async/timers';
import type { Inbound } from '../../transport';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** So many refusals by a store that answers are the message's own fault. */
const MOST_REFUSALS = 12;

/**
 * Has a message stored, however long the store is out of reach. One that the store refuses again and again although
 * it answers is left out: it would hold up all that comes after it for ever.
 * Never resolves once the timers have been stopped.
 * @param storeAnswers whether the store can be asked anything at all.
 */
export async function storeInbound(
  read: () => Promise<Inbound | null>,
  store: (inbound: Inbound) => Promise<void>,
  storeAnswers: () => Promise<unknown>,
  timers: Timers,
  log: Log,
): Promise<void> {
  let refusals = 0;
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
    try {
      const inbound = await read();
      if (inbound) await store(inbound);
      return;
    } catch (error) {
      const answers = await storeAnswers().then(
        () => true,
        () => false,
      );
      refusals += answers ? 1 : 0;
      if (refusals > MOST_REFUSALS) {
        log.error({ err: error }, 'a message that came in could not be stored and is left out');
        return;
      }
      await timers.pause(retryMs);
    }
  }
}
