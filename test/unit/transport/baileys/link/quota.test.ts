import { quotaRefusal, readMessageCap } from '../../../../../engine/transport/baileys/link/quota';

const NOON = Date.parse('2026-03-10T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('what WhatsApp says', () => {
  const info = (more: object = {}) => ({
    total_quota: 100,
    used_quota: 12,
    cycle_start_timestamp: '1773100000',
    cycle_end_timestamp: '1775692000',
    server_sent_timestamp: String(NOON / 1000),
    capping_status: 'NONE' as never,
    ...more,
  });

  it('is read with its times by our own clock', () => {
    const ends = 1_775_692_000_000;
    expect(readMessageCap(info(), NOON)).toEqual({
      is: 'quota',
      quota: { limit: 100, used: 12, state: 'ok', readAt: NOON, resetsAt: ends, cycleMs: 30 * DAY },
    });
    // Our clock is an hour ahead, so the cycle ends an hour later by it.
    expect(readMessageCap(info(), NOON + HOUR)).toMatchObject({ quota: { resetsAt: ends + HOUR } });
  });

  it.each([
    ['no limit', { total_quota: -1 }, { is: 'none' }],
    ['nothing', { total_quota: undefined }, null],
    ['nonsense', { total_quota: 'many' as never }, null],
    ['a part of it', { used_quota: undefined }, null],
    ['figures as texts', { total_quota: '100' as never }, { quota: { limit: 100 } }],
    ['a warning', { capping_status: 'FIRST_WARNING' as never }, { quota: { state: 'warning' } }],
    ['that it is capped', { capping_status: 'CAPPED' as never }, { quota: { state: 'capped', limit: 100 } }],
    [
      'that it is capped, without a limit',
      { total_quota: -1, capping_status: 'CAPPED' as never },
      { quota: { state: 'capped', limit: 12 } },
    ],
    ['no times', { cycle_end_timestamp: undefined }, { quota: { resetsAt: null, cycleMs: null } }],
  ])('may be %s', (_what, more, expected) => {
    const answer = readMessageCap(info(more), NOON);
    if (expected === null) expect(answer).toBeNull();
    else expect(answer).toMatchObject(expected);
  });

  it('may be an error, which is an answer, unless the link is lost or it took too long', () => {
    const boom = (statusCode: number, data?: unknown) =>
      Object.assign(new Error(), { output: { statusCode }, data });
    expect([boom(400), boom(500, 429)].map(quotaRefusal)).toEqual([{ is: 'refused' }, { is: 'refused' }]);
    const silent = [
      boom(408),
      boom(428),
      Object.assign(new Error(), { code: 'ECONNRESET' }),
      new Error('late'),
    ];
    expect(silent.map(quotaRefusal)).toEqual([null, null, null, null]);
  });
});
