import { ratesOf } from '../../../../engine/domain/campaigns/rates';

it('gives shares of what was sent', () => {
  expect(ratesOf({ sent: 3, delivered: 3, read: 2, replied: 1, optedOut: 0, failed: 1 })).toEqual({
    ...{ delivered: 1, read: 0.6667, replied: 0.3333, opted_out: 0, failed: 0.25 },
  });
});

it('has no rates before anything was sent', () => {
  expect(ratesOf({ sent: 0, delivered: 0, read: 0, replied: 0, optedOut: 0, failed: 0 })).toEqual({
    ...{ delivered: null, read: null, replied: null, opted_out: null, failed: null },
  });
});
