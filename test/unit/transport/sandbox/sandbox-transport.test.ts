import { createSandboxFactory } from '../../../../engine/transport/sandbox/sandbox-transport';
import { scriptOf } from '../../../../engine/transport/sandbox/test-numbers';
import type { OutgoingMessage, Transport, TransportError } from '../../../../engine/transport/transport';
import { FakeClock } from '../../../support/clock/fake-clock';
import { recordingHandlers, type Recording } from '../../../contract/transport-recording';
import { newTransport, outcome, textTo } from './driven';

const arrivalMsOf = (message: OutgoingMessage) => scriptOf({ ...message, poll: null }).arrivalMs;

describe('sandbox transport', () => {
  let clock: FakeClock;
  let transport: Transport;
  let seen: Recording;

  async function open(speed = 1): Promise<void> {
    transport = newTransport(clock, speed);
    const opening = transport.open(seen.handlers);
    await clock.advanceAsync(300);
    await opening;
  }

  beforeEach(() => {
    clock = new FakeClock();
    seen = recordingHandlers();
  });

  afterEach(() => transport?.close());

  it.each([1, 10, 400])('divides every delay by a speed of %d', async (speed) => {
    await open(speed);
    const message = textTo('+15005550001');
    const { arrivalMs, steps } = scriptOf({ ...message, poll: null });
    const start = clock.now();
    const sending = outcome(transport.send(message));
    await clock.advanceAsync(10_000);
    const acceptedAt = start + Math.round(arrivalMs / speed);
    expect(await sending).toBe(acceptedAt);
    expect(seen.receipts).toEqual([
      { wireId: message.wireId, status: 'delivered', at: acceptedAt + Math.round(steps[0]!.afterMs / speed) },
      { wireId: message.wireId, status: 'read', at: acceptedAt + Math.round(steps[1]!.afterMs / speed) },
    ]);
  });

  it('derives the id of a reply from the wire id, in WhatsApp’s form', async () => {
    await open();
    void transport.send(textTo('+15005550005', '3EB0A1B2C3D4E5F6A7B8C9'));
    await clock.advanceAsync(10_000);
    expect(seen.inbounds.map(({ id, text }) => [id, text])).toEqual([['3EB041B18C6AC765856163', 'STOP']]);
  });

  it('keeps the link down for 5 s, and its reason contains no full phone number', async () => {
    await open();
    const message = textTo('+15005550007');
    seen.states.length = 0;
    const first = outcome(transport.send(message));
    await clock.advanceAsync(250);
    expect(await first).toBe('link_down');
    expect(seen.states).toEqual([{ state: 'disconnected', reason: expect.stringContaining('…0007') }]);
    expect(seen.states[0]!.reason).not.toMatch(/\d{5}/);

    await clock.advanceAsync(4700);
    expect(transport.state).toBe('disconnected');
    expect(await outcome(transport.send(message))).toBe('link_down');
    await clock.advanceAsync(900);
    expect(seen.states.map(({ state }) => state)).toEqual(['disconnected', 'connecting', 'connected']);

    const again = outcome(transport.send(message));
    await clock.advanceAsync(10_000);
    expect(await again).toEqual(expect.any(Number));
    expect(transport.state).toBe('connected');
    expect(seen.receipts.map(({ status }) => status)).toEqual(['delivered']);
  });

  it('fails all pending requests when the link drops, before they reach the server', async () => {
    await open();
    let dropping = textTo('+15005550007');
    while (arrivalMsOf(dropping) > 200) dropping = textTo('+15005550007');
    const dropsAfterMs = arrivalMsOf(dropping);
    let waiting = textTo('+15005550004');
    while (arrivalMsOf(waiting) <= dropsAfterMs) waiting = textTo('+15005550004');

    const outcomes = [outcome(transport.send(dropping)), outcome(transport.send(waiting))];
    await clock.advanceAsync(dropsAfterMs - 50);
    const checked = transport.checkNumber('+14155551234').catch((error: TransportError) => error.reason);
    await clock.advanceAsync(50);
    expect(await Promise.all([...outcomes, checked])).toEqual(['link_down', 'link_down', 'link_down']);
    await expect(transport.checkNumber('+14155551234')).rejects.toMatchObject({ mayPass: true });
    await clock.advanceAsync(30_000);
    expect([seen.receipts, seen.inbounds]).toEqual([[], []]);
  });

  it('reports events that happened while the link was down before it is connected again', async () => {
    await open();
    const message = textTo('+15005550004');
    void transport.send(message);
    await clock.advanceAsync(300);
    void transport.send(textTo('+15005550007')).catch(() => undefined);
    await clock.advanceAsync(5000);
    expect(transport.state).toBe('disconnected');
    expect(seen.receipts).toEqual([]);

    let connectedWithReply: boolean | undefined;
    const onState = seen.handlers.onState;
    seen.handlers.onState = (state, reason) => {
      if (state === 'connected') connectedWithReply = seen.inbounds.length === 1;
      onState(state, reason);
    };
    await clock.advanceAsync(1000);
    expect(connectedWithReply).toBe(true);
    expect(seen.receipts).toHaveLength(1);
    expect(seen.inbounds[0]!.at).toBeLessThan(clock.now() - 1000);
  });

  it('leaves no timer behind when closed at any stage', async () => {
    transport = newTransport(clock);
    const opening = transport.open(seen.handlers);
    await transport.close();
    await opening;
    expect([clock.pending, seen.states.at(-1)?.state]).toEqual([0, 'connecting']);

    await open();
    seen.refuseNext(100);
    void transport.send(textTo('+15005550004'));
    await clock.advanceAsync(9000);
    expect(seen.refused.length).toBeGreaterThan(0);
    const sent = outcome(transport.send(textTo('+15005550001')));
    const checked = transport.checkNumber('+14155551234').catch((error: Error) => error.name);
    await transport.close();
    expect([clock.pending, await sent, await checked]).toEqual([0, 'link_down', 'TransportError']);
  });

  it('can be closed by its onState handler when the link drops', async () => {
    await open();
    seen.handlers.onState = () => void transport.close();
    const sent = outcome(transport.send(textTo('+15005550007')));
    await clock.advanceAsync(250);
    expect([clock.pending, await sent]).toEqual([0, 'link_down']);
  });

  it('waits up to half a minute before reporting an event again', async () => {
    await open();
    const times: number[] = [];
    seen.handlers.onInbound = () => {
      times.push(clock.now());
      return Promise.reject(new Error('unreachable'));
    };
    void transport.send(textTo('+15005550004'));
    await clock.advanceAsync(120_000);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(gaps.slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('can be opened only once', async () => {
    await open();
    await expect(transport.open(seen.handlers)).rejects.toThrow('only once');
    await transport.close();
    await expect(transport.open(seen.handlers)).rejects.toThrow('only once');
  });

  it.each([0, -1, NaN, Infinity])('refuses a speed of %d', (speed) => {
    expect(() => createSandboxFactory({ speed })).toThrow(RangeError);
  });
});
