import { checkClock, checkNode, type Clocks } from '../../../../../engine/cli/commands/doctor/check-machine';
import { judgeMigrations } from '../../../../../engine/cli/commands/doctor/check-database';
import { judgeRedis } from '../../../../../engine/cli/commands/doctor/check-redis';
import { report } from '../../../../../engine/cli/commands/doctor/finding';

it.each([
  ['20.18.9', 'failed'],
  ['20.19.0', 'ok'],
  ['18.20.0', 'failed'],
  ['22.0.0', 'ok'],
  ['24.1.0', 'ok'],
])('finds Node.js %s: %s', (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

describe('the clock', () => {
  /** @param jumpMs how far the wall clock is moved while it is watched */
  function clocks(startAt: string, jumpMs = 0): Clocks {
    let [wall, steady] = [Date.parse(startAt), 1000];
    return {
      wall: () => wall,
      steady: () => steady,
      sleep: async (ms) => {
        wall += ms + jumpMs;
        steady += ms;
      },
    };
  }
  const now = '2026-05-01T12:00:00Z';

  it.each([
    [now, 0, null, 'ok'],
    ['1970-01-01T00:10:00Z', 0, null, 'failed'],
    ['2124-01-01T00:00:00Z', 0, null, 'failed'],
    [now, -3_600_000, null, 'failed'],
    [now, 500, null, 'failed'],
    [now, 20, null, 'ok'],
    [now, 0, 300, 'ok'],
    [now, 0, -5_000, 'advice'],
    [now, 0, 90_000, 'failed'],
  ])(
    'finds a clock at %s, jumping by %i ms, %s ms ahead of the database: %s',
    async (at, jump, ahead, status) => {
      expect((await checkClock(ahead, clocks(at, jump))).status).toBe(status);
    },
  );
});

it.each([
  ['redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\n', 'ok', 'Redis 7.0.15'],
  ['redis_version:6.2.0\r\nmaxmemory_policy:noeviction\r\n', 'ok', 'Redis 6.2.0'],
  ['redis_version:6.0.16\r\nmaxmemory_policy:noeviction\r\n', 'failed', 'too old'],
  ['redis_version:7.2.4\r\nserver_name:valkey\r\nmaxmemory_policy:noeviction\r\n', 'ok', 'Valkey 7.2.4'],
  ['redis_version:7.0.15\r\nmaxmemory_policy:volatile-lru\r\n', 'failed', 'volatile-lru'],
])('finds Redis with %j: %s', (info, status, words) => {
  expect(judgeRedis(info)).toMatchObject({ status, detail: expect.stringContaining(words) });
});

it.each([
  [['001_a.sql'], ['001_a.sql'], 'ok', 'up to date'],
  [['001_a.sql', '002_b.sql'], ['001_a.sql'], 'ok', '1 step'],
  [['001_a.sql'], ['001_a.sql', '002_b.sql'], 'failed', '002_b.sql'],
])('finds migrations %j, of which %j are done: %s', (shipped, done, status, words) => {
  expect(judgeMigrations('X', shipped, done)).toMatchObject({
    status,
    detail: expect.stringContaining(words),
  });
});

it('reports each fix under its problem, in the same column', () => {
  const text = report([
    { name: 'One', status: 'ok', detail: 'is well', fix: null },
    { name: 'Another', status: 'failed', detail: 'is not', fix: 'do this' },
  ]);
  expect(text.split('\n')).toEqual([
    '  ✓  One      is well',
    '  ✗  Another  is not',
    '              → do this',
    '',
    '1 problem. The → line says how to fix it.',
  ]);
});
