import { Acks } from '../../../../../engine/transport/baileys/sending/acks';
import { FakeClock } from '../../../../support/clock/fake-clock';

const ack = (attrs: Record<string, string>) => ({ tag: 'ack', attrs }) as never;

describe('acks', () => {
  it('resolve by wire id with the time of acceptance, never before the hand-over', async () => {
    const clock = new FakeClock(1_800_000_000_900);
    const acks = new Acks(clock);
    const [first, second] = [acks.of('A'), acks.of('B')];
    clock.advance(100);
    acks.receive(ack({ id: 'B', t: '1800000000' }));
    acks.receive(ack({ id: 'A', t: '1700000000' }));
    expect(await first).toEqual({ at: 1_800_000_000_900 });
    expect(await second).toEqual({ at: 1_800_000_001_000 });
  });

  it('reject if the server refuses the message', async () => {
    const acks = new Acks(new FakeClock());
    const answer = acks.of('A');
    acks.receive(ack({ id: 'A', error: '463' }));
    await expect(answer).rejects.toMatchObject({ reason: 'rejected_by_whatsapp:463', mayPass: false });
  });

  it('are replaced by a receipt if they got lost', async () => {
    const clock = new FakeClock();
    const acks = new Acks(clock);
    const answer = acks.of('A');
    acks.accepted('A', undefined);
    expect(await answer).toEqual({ at: clock.now() });
  });

  it('for unknown messages do nothing', () => {
    const acks = new Acks(new FakeClock());
    acks.receive(ack({ id: 'A' }));
    acks.receive(ack({}));
    void acks.of('A');
    acks.forget('A');
    expect(() => acks.receive(ack({ id: 'A', error: '500' }))).not.toThrow();
  });
});
