import { isUnreachable, outcomeOf } from '../../../engine/events/delivery-outcome';
import type { DeliveryState } from '../../../engine/store/tables/deliveries';
import type { WebhookState } from '../../../engine/store/tables/webhooks';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const LOCK = new Date('2026-03-01T12:01:00.000Z');
const claim = { id: 'dlv_1', webhook_id: 'wh_1', locked_until: LOCK };
const received = { claim, result: { ok: true as const, status: 204 } };
const refused = { claim, result: { ok: false as const, status: 500, error: 'answered 500' } };

const delivery = (over: Partial<DeliveryState> = {}): DeliveryState => ({
  id: 'dlv_1',
  webhook_id: 'wh_1',
  status: 'pending',
  attempts: 0,
  locked_until: LOCK,
  first_attempt_at: NOW,
  ...over,
});
const webhook = (over: Partial<WebhookState> = {}): WebhookState => ({
  id: 'wh_1',
  status: 'enabled',
  disabled_by: null,
  last_success_at: null,
  max_deliveries: null,
  delivered_count: 0,
  ...over,
});

describe('what becomes of a delivery', () => {
  it.each([
    [1, 60],
    [2, 300],
    [3, 900],
    [4, 3_600],
    [5, 7_200],
    [6, 21_600],
    [7, 43_200],
  ])('comes again after failure %i, %i s later', (failure, seconds) => {
    expect(outcomeOf(refused, delivery({ attempts: failure - 1 }), webhook(), NOW)).toEqual({
      id: 'dlv_1',
      status: 'pending',
      attempts: failure,
      next_attempt_at: new Date(NOW.getTime() + seconds * 1000),
      response_status: 500,
      error: 'answered 500',
    });
  });

  it('fails after the eighth attempt', () => {
    const outcome = outcomeOf(refused, delivery({ attempts: 7 }), webhook(), NOW);
    expect(outcome).toMatchObject({ status: 'failed', attempts: 8, next_attempt_at: null });
  });

  it.each(['pending', 'held', 'failed'] as const)(
    'is delivered when received, also when it was %s',
    (status) => {
      const before = delivery({ status, locked_until: null });
      expect(outcomeOf(received, before, webhook({ status: 'disabled', disabled_by: 'user' }), NOW)).toEqual({
        id: 'dlv_1',
        status: 'delivered',
        attempts: 1,
        next_attempt_at: null,
        response_status: 204,
        error: null,
      });
    },
  );

  it('is delivered only once', () => {
    expect(outcomeOf(received, delivery({ status: 'delivered' }), webhook(), NOW)).toBeNull();
  });

  it.each([
    ['another claim', new Date(LOCK.getTime() + 1)],
    ['no claim', null],
  ])('is not changed by a failure under %s', (_, locked_until) => {
    expect(outcomeOf(refused, delivery({ locked_until }), webhook(), NOW)).toBeNull();
  });

  it.each([
    ['user', 'held'],
    ['failures', 'held'],
    ['limit', 'failed'],
  ] as const)('when its webhook was disabled meanwhile by %s: %s', (disabled_by, status) => {
    const outcome = outcomeOf(refused, delivery(), webhook({ status: 'disabled', disabled_by }), NOW);
    expect(outcome).toMatchObject({ status, next_attempt_at: null, error: 'answered 500' });
  });
});

describe('a webhook is out of reach', () => {
  const at = (ms: number) => new Date(NOW.getTime() + ms);

  it.each([
    ['nothing ever reached it', null, true],
    ['it was reached just before the first attempt', at(-1), true],
    ['it was reached at the first attempt', at(0), false],
    ['it was reached after it', at(1), false],
  ])('%s: %s', (_, last_success_at, unreachable) => {
    expect(isUnreachable(webhook({ last_success_at }), delivery())).toBe(unreachable);
  });
});
