import { BURSTS_LANE } from '../bursts/collect-burst';
import { completeBurst, type BurstSettings } from '../domain/bursts/burst-settings';
import { Faults } from '../errors';
import type { Work } from '../events/transact';
import { lookAtBurstsOf } from '../store/tables/bursts';
import type { WebhookRow } from '../store/tables/webhooks';

/** What a request says of bursts. Undefined: nothing; null: the usual settings. */
export type GivenBurst = Partial<BurstSettings> | null | undefined;

const BURST = 'message.burst';

/** Notes what is wrong with it. @param events that the webhook registers for; undefined if that is not known yet */
export function checkBurst(given: GivenBurst, events: readonly string[] | undefined, faults: Faults): void {
  if (!given) return;
  if (events && !events.includes(BURST))
    faults.add('burst', 'not_registered', `needs the event ${BURST}. Add it to events, or leave burst out.`);
  const { quiet_s, most_s } = completeBurst(given);
  if (most_s < quiet_s)
    faults.add('burst.most_s', 'too_small', `is less than quiet_s. Use at least ${quiet_s}.`);
}

/** The settings of a webhook that is registered for these events; null if that is not for bursts. */
export function burstOf(given: GivenBurst, events: readonly string[]): BurstSettings | null {
  return events.includes(BURST) ? completeBurst(given ?? {}) : null;
}

/** The same for one that is edited. @throws EngineError `invalid_request` */
export function editedBurst(
  row: Pick<WebhookRow, 'burst'>,
  given: GivenBurst,
  events: readonly string[],
): BurstSettings | null {
  const faults = new Faults();
  checkBurst(given, events, faults);
  faults.throwIfAny();
  return burstOf(given === undefined ? row.burst : given, events);
}

/** Has the open bursts of a webhook go by its new settings. */
export function applyToOpenBursts(work: Work, webhookId: string): void {
  lookAtBurstsOf(work.sql, webhookId, work.now);
  work.wake(BURSTS_LANE, work.now.getTime());
}
