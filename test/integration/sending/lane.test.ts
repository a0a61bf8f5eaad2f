import { setTimeout as sleep } from 'node:timers/promises';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

/** How much longer than the sandbox the transport takes to answer. */
const ACK_MS = 60;

describe('a lane', () => {
  const recorded = new RecordedTransport();
  recorded.pause = () => sleep(ACK_MS);
  let engine: TestEngine;
  const text = (to: string, words: string, more: object = {}): object => ({
    type: 'text',
    to,
    text: words,
    ...more,
  });

  beforeAll(async () => {
    engine = await startEngine({ parts: { wrapTransport: recorded.wrap } });
  });
  afterAll(() => engine.close());
  beforeEach(() => recorded.forget());

  const handedOver = (count: number): Promise<boolean> =>
    until(`${count} are handed over`, () => recorded.handedOver.length >= count);

  it('keeps the order of messages to one chat', async () => {
    const messages = Array.from({ length: 12 }, (_, i) => text('+14155550100', `${i}`));
    await engine.call('POST', '/v1/messages/batch', { messages });
    await handedOver(12);
    expect(recorded.texts).toEqual(messages.map((_, i) => `${i}`));
  });

  it('does not hold up a message behind many messages to another person', async () => {
    const messages = Array.from({ length: 100 }, (_, i) => text('+14155550101', `${i}`));
    await engine.call('POST', '/v1/messages/batch', { messages });
    await handedOver(3);
    await engine.call('POST', '/v1/messages', text('+14155550102', 'alert'));
    await until('the alert is handed over', () => recorded.texts.includes('alert'));
    // At 60 ms each, the hundred take six seconds. The alert must not wait for them.
    expect(recorded.handedOver.length).toBeLessThan(80);
    await handedOver(101);
  });

  it('sends `high` before `normal` before `low`', async () => {
    const due = new Date(Date.now() + 10_500).toISOString();
    const messages = (['low', 'normal', 'high'] as const).flatMap((priority, p) =>
      Array.from({ length: 60 }, (_, i) =>
        text(`+1415556${p}${String(i).padStart(3, '0')}`, priority, { priority, send_at: due }),
      ),
    );
    await engine.call('POST', '/v1/messages/batch', { messages });
    await handedOver(180);
    const places = (word: string): number[] =>
      recorded.texts.flatMap((words, place) => (words === word ? [place] : []));
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
    await handedOver(100);
    const early = recorded.texts.filter((moment, index) => recorded.times[index]! < Number(moment));
    expect(early).toEqual([]);
  });
});
