import type { OutgoingMessage, TransportFactory } from '../../../engine/transport/transport';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

/** Wraps the sandbox to note each hand-over and to answer `ackMs` later. */
function watched(handedOver: { to: string; text: string; at: number }[], ackMs: number) {
  return (factory: TransportFactory): TransportFactory =>
    (session, clock) => {
      const transport = factory(session, clock);
      const send = transport.send.bind(transport);
      transport.send = async (message: OutgoingMessage) => {
        const text = message.content.type === 'text' ? message.content.text : '';
        handedOver.push({ to: message.chatId, text, at: Date.now() });
        await new Promise((resolve) => setTimeout(resolve, ackMs));
        return send(message);
      };
      return transport;
    };
}

async function until(isTrue: () => boolean, ms = 20_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a lane', () => {
  const handedOver: { to: string; text: string; at: number }[] = [];
  let engine: TestEngine;
  const text = (to: string, words: string, more: object = {}): object => ({
    type: 'text',
    to,
    text: words,
    ...more,
  });

  beforeAll(async () => {
    engine = await startEngine({ parts: { wrapTransport: watched(handedOver, 60) } });
  });
  afterAll(() => engine.close());
  beforeEach(() => handedOver.splice(0));

  it('keeps the order of messages to one chat', async () => {
    const messages = Array.from({ length: 12 }, (_, i) => text('+14155550100', `${i}`));
    await engine.call('POST', '/v1/messages/batch', { messages });
    await until(() => handedOver.length === 12);
    expect(handedOver.map((message) => message.text)).toEqual(messages.map((_, i) => `${i}`));
  });

  it('does not hold up a message behind many messages to another person', async () => {
    const messages = Array.from({ length: 100 }, (_, i) => text('+14155550101', `${i}`));
    await engine.call('POST', '/v1/messages/batch', { messages });
    await until(() => handedOver.length > 2);
    await engine.call('POST', '/v1/messages', text('+14155550102', 'alert'));
    await until(() => handedOver.some((message) => message.text === 'alert'));
    // At 60 ms each, the hundred take six seconds. The alert must not wait for them.
    expect(handedOver.length).toBeLessThan(80);
    await until(() => handedOver.length === 101);
  });

  it('sends `high` before `normal` before `low`', async () => {
    const due = new Date(Date.now() + 10_500).toISOString();
    const messages = (['low', 'normal', 'high'] as const).flatMap((priority, p) =>
      Array.from({ length: 60 }, (_, i) =>
        text(`+1415556${p}${String(i).padStart(3, '0')}`, priority, { priority, send_at: due }),
      ),
    );
    await engine.call('POST', '/v1/messages/batch', { messages });
    await until(() => handedOver.length === 180);
    const places = (word: string): number[] =>
      handedOver.flatMap((message, place) => (message.text === word ? [place] : []));
    expect(Math.max(...places('high'))).toBeLessThan(Math.min(...places('low')));
    expect(places('high')[0]).toBe(0);
    expect(places('low').at(-1)).toBe(179);
  });

  it('sends nothing early when many messages are due close together', async () => {
    const start = Date.now() + 10_500;
    const messages = Array.from({ length: 100 }, (_, i) =>
      text(`+141555700${String(i).padStart(2, '0')}`, `${start + i * 10}`, {
        send_at: new Date(start + i * 10).toISOString(),
      }),
    );
    await engine.call('POST', '/v1/messages/batch', { messages });
    await until(() => handedOver.length === 100, 25_000);
    const early = handedOver.filter((message) => message.at < Number(message.text));
    expect(early).toEqual([]);
  });
});
