import type { SandboxEvent } from '../../../../engine/transport/sandbox/sandbox-events';
import { SandboxServer } from '../../../../engine/transport/sandbox/sandbox-server';
import { Timers } from '../../../../engine/async/timers';
import { FakeClock } from '../../../support/clock/fake-clock';

describe('sandbox server', () => {
  const clock = new FakeClock();
  const told: SandboxEvent[] = [];
  const server = new SandboxServer(clock, new Timers(clock), 1, null, (news) => told.push(news), 2);
  const messageOf = (wireId: string, chatId = '14155551234@c.us') => ({ wireId, chatId, poll: null });

  it('forgets the oldest finished messages over its limit, but none that is still playing', () => {
    const acceptedAt = server.accept(messageOf('3EB0PLAYING', '15005550001@c.us'));
    server.accept(messageOf('3EB0A'));
    server.accept(messageOf('3EB0B'));
    server.accept(messageOf('3EB0C'));
    clock.advance(1300);
    const knows = (ids: string[]) => ids.filter((id) => server.acceptedAt(id) === acceptedAt);
    const known = knows(['3EB0PLAYING', '3EB0A', '3EB0B', '3EB0C']);
    expect(known).toHaveLength(3);
    expect(known).toContain('3EB0PLAYING');

    const repeated = known.filter((id) => id !== '3EB0PLAYING');
    const before = told.length;
    expect(repeated.map((id) => server.accept(messageOf(id)))).toEqual([acceptedAt, acceptedAt]);
    clock.advance(10_000);
    expect(told.length - before).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
