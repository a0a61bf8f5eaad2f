import { scriptOf } from '../../../../engine/transport/sandbox/test-numbers';
import type { HandedOver, Transport } from '../../../../engine/transport/transport';
import { FakeClock } from '../../../support/clock/fake-clock';
import { recordingHandlers, type Recording } from '../../../contract/transport-recording';
import { newTransport, outcome, textTo } from './driven';

describe('sandbox transport that resumes messages of an earlier process', () => {
  let clock: FakeClock;
  let transport: Transport;
  let seen: Recording;

  beforeEach(() => {
    clock = new FakeClock();
    seen = recordingHandlers();
    transport = newTransport(clock);
  });

  afterEach(() => transport.close());

  async function open(): Promise<void> {
    const opening = transport.open(seen.handlers);
    await clock.advanceAsync(300);
    await opening;
  }

  const handedOver = (phone: string, agoMs: number, status: HandedOver['status'] = 'sending'): HandedOver => {
    const { wireId, chatId } = textTo(phone);
    return { wireId, chatId, status, sentAt: clock.now() - agoMs, poll: null };
  };
  const timesOf = (message: HandedOver) =>
    scriptOf(message).steps.map((step) => message.sentAt + step.afterMs);

  it('reports overdue events before it is connected', async () => {
    const message = handedOver('+15005550004', 60_000);
    transport.resume([message]);
    const toldWhen: string[] = [];
    const { onInbound } = seen.handlers;
    seen.handlers.onInbound = (inbound) => {
      toldWhen.push(transport.state);
      return onInbound(inbound);
    };
    await open();
    expect(toldWhen).toEqual(['connecting']);
    expect([seen.receipts[0]!.at, seen.inbounds[0]!.at]).toEqual(timesOf(message));
  });

  it('is not connected before inbound messages are stored', async () => {
    transport.resume([handedOver('+15005550004', 60_000)]);
    seen.refuseNext(1);
    void transport.open(seen.handlers);
    await clock.advanceAsync(1000);
    expect([transport.state, seen.inbounds.length]).toEqual(['connecting', 0]);
    await clock.advanceAsync(400);
    expect([transport.state, seen.inbounds.length]).toEqual(['connected', 1]);
  });

  it('reports nothing more if it is closed during a write', async () => {
    transport.resume([handedOver('+15005550004', 90_000), handedOver('+15005550005', 60_000)]);
    const told: (string | null)[] = [];
    let stored: () => void = () => {};
    seen.handlers.onInbound = ({ text }) => {
      told.push(text);
      return new Promise((resolve) => (stored = resolve));
    };
    await Promise.all([transport.open(seen.handlers), clock.advanceAsync(300).then(() => transport.close())]);
    stored();
    await clock.advanceAsync(1000);
    expect(told).toEqual(['yes']);
    expect(seen.states.map(({ state }) => state)).toEqual(['connecting']);
  });

  it.each(['before', 'after'])(
    'reports events of the oldest message first, resumed %s open',
    async (when) => {
      if (when === 'after') await open();
      const later = handedOver('+15005550004', 60_000);
      const earlier = handedOver('+15005550005', 90_000);
      transport.resume([later, earlier]);
      if (when === 'before') await open();
      expect(seen.inbounds.map(({ text }) => text)).toEqual(['STOP', 'yes']);
    },
  );

  it.each(['before', 'after'])('times the remaining events from sent_at, resumed %s open', async (when) => {
    if (when === 'after') await open();
    const message = handedOver('+15005550001', 300);
    transport.resume([message]);
    if (when === 'before') await open();
    expect(seen.receipts).toEqual([]);
    await clock.advanceAsync(10_000);
    expect(seen.receipts.map(({ status, at }) => [status, at])).toEqual([
      ['delivered', timesOf(message)[0]],
      ['read', timesOf(message)[1]],
    ]);
  });

  it.each([
    ['sending', ['delivered', 'read']],
    ['delivered', ['read']],
    ['read', []],
  ] as const)('reports the missing receipts and the vote of a %s message', async (status, missing) => {
    const message = { ...handedOver('+15005550008', 60_000, status), poll: { options: ['Yes', 'No'] } };
    transport.resume([message]);
    await open();
    expect(seen.receipts.map((receipt) => receipt.status)).toEqual(missing);
    expect(seen.inbounds.map(({ options, targetWireId }) => [options, targetWireId])).toEqual([
      [['Yes'], message.wireId],
    ]);
  });

  it('recognizes a resumed message that is sent again', async () => {
    await open();
    const message = textTo('+15005550007');
    const sentAt = clock.now() - 60_000;
    transport.resume([{ ...message, status: 'sending', sentAt, poll: null }]);
    const again = outcome(transport.send(message));
    await clock.advanceAsync(30_000);
    expect(await again).toBe(sentAt);
    expect(seen.receipts.map(({ status }) => status)).toEqual(['delivered']);
    expect(transport.state).toBe('connected');
  });

  it('does not play a message again that is already playing', async () => {
    await open();
    const message = textTo('+15005550004');
    const sending = outcome(transport.send(message));
    await clock.advanceAsync(300);
    transport.resume([{ ...message, status: 'sending', sentAt: Number(await sending), poll: null }]);
    await clock.advanceAsync(30_000);
    expect([seen.receipts.length, seen.inbounds.length]).toEqual([1, 1]);
  });
});
