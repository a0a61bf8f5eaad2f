import { DiskRoom } from '../../../../engine/store/embedded/disk-room';
import { mayWrite } from '../../../../engine/store/embedded/may-write';

const MIB = 1024 * 1024;

function room(freeBytes: number, isWaitingForRoom = false): DiskRoom {
  return new DiskRoom('/data', { freeBytes, isWaitingForRoom });
}

describe('DiskRoom', () => {
  it('lets things begin while 24 MiB are free, and PostgreSQL write while 18 MiB are', () => {
    expect(room(24 * MIB).shortage()).toBeNull();
    expect(room(24 * MIB - 1).shortage()).toMatchObject({
      code: 'unavailable',
      status: 503,
      name: 'DiskFull',
    });
    expect([room(18 * MIB).isShort, room(18 * MIB - 1).isShort]).toEqual([false, true]);
  });

  it('counts what comes with a request three times', () => {
    expect(room(34 * MIB).shortage(3 * MIB)).toBeNull();
    expect(room(32 * MIB).shortage(3 * MIB)?.message).toBe(
      'The disk of the data folder /data is full: 32 MiB free, 33 MiB needed. Free at least 1 MiB there, then try again.',
    );
  });

  it('is full while PostgreSQL waits for room, whatever the disk says', () => {
    expect(room(1_000 * MIB, true)).toMatchObject({ isFull: true, isShort: true });
    expect(room(1_000 * MIB, true).shortage()?.message).toContain('Free at least 1 MiB there');
  });

  it('has room without end in memory', () => {
    expect(room(Infinity).shortage(1_000 * MIB)).toBeNull();
  });
});

describe('mayWrite', () => {
  it.each([
    'SELECT 1',
    ' select * from messages where id = $1',
    'WITH due AS (SELECT 1) SELECT * FROM due',
    'BEGIN',
    'ROLLBACK',
    'COMMIT;',
    'CHECKPOINT',
    'LISTEN bullmq_jobs',
    'SHOW server_version',
  ])('no: %s', (text) => expect(mayWrite(text)).toBe(false));

  it.each([
    'INSERT INTO messages DEFAULT VALUES',
    'WITH gone AS (DELETE FROM events RETURNING 1) SELECT count(*) FROM gone',
    'SELECT * FROM messages FOR UPDATE SKIP LOCKED',
    'SELECT * FROM messages FOR NO KEY UPDATE',
    'VACUUM (ANALYZE) messages',
    '-- Insert a single job\nSELECT add_job($1)',
    "SELECT pg_notify('x', 'y')",
  ])('yes: %s', (text) => expect(mayWrite(text)).toBe(true));
});
