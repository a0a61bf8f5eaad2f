import fc from 'fast-check';
import { SANDBOX_NUMBERS, scriptOf } from '../../../../engine/transport/sandbox/test-numbers';

const poll = { options: ['Yes', 'No'] };
const WIRE_ID = '3EB0A1B2C3D4E5F6A7B8C9';
const plot = (chatId: string, ofPoll: typeof poll | null = null) => {
  const { arrival, steps } = scriptOf({ wireId: WIRE_ID, chatId, poll: ofPoll });
  return [arrival, ...steps.map(({ afterMs: _afterMs, ...act }) => act)];
};

const accepted = { kind: 'accepted' };
const delivered = { kind: 'delivered' };
const read = { kind: 'read' };

describe('the script of a message', () => {
  it.each([
    ['15005550001@c.us', [accepted, delivered, read]],
    ['15005550002@c.us', [{ kind: 'refused', reason: 'not_on_whatsapp' }]],
    ['15005550003@c.us', [accepted]],
    ['15005550004@c.us', [accepted, delivered, { kind: 'reply', text: 'yes' }]],
    ['15005550005@c.us', [accepted, delivered, { kind: 'reply', text: 'STOP' }]],
    ['15005550006@c.us', [{ kind: 'refused', reason: 'rejected_by_whatsapp:463' }]],
    ['15005550007@c.us', [{ kind: 'drops_link' }, delivered]],
    ['15005550008@c.us', [accepted, delivered, read]],
    ['15005550009@c.us', [accepted, delivered, { kind: 'reaction', emoji: '👍' }]],
    [
      '15005550010@c.us',
      [accepted, delivered, { kind: 'reply', text: 'at nine' }, { kind: 'edit', text: 'at ten' }],
    ],
    ['15005550011@c.us', [accepted, delivered, { kind: 'from_phone', text: 'I will call you' }]],
    ['14155551234@c.us', [accepted, delivered]],
    ['120363041234567890@g.us', [accepted, delivered]],
    ['120363041234567890@newsletter', [accepted, delivered]],
    ['15005550004@lid', [accepted, delivered]],
  ])('%s', (chatId, expected) => expect(plot(chatId)).toEqual(expected));

  it('votes for the first option of a poll, only from its test number', () => {
    expect(plot('15005550008@c.us', poll)).toEqual([
      accepted,
      delivered,
      read,
      { kind: 'vote', option: 'Yes' },
    ]);
    expect(plot('14155551234@c.us', poll)).toEqual([accepted, delivered]);
  });

  it('documents the numbers of the contract and our own', () => {
    expect(SANDBOX_NUMBERS.map((number) => number.phone)).toEqual(
      expect.arrayContaining(
        Array.from({ length: 12 }, (_, index) => `+1500555${String(index + 1).padStart(4, '0')}`),
      ),
    );
  });

  it('is the same on every machine and in every run', () => {
    const { arrivalMs, steps } = scriptOf({ wireId: WIRE_ID, chatId: '15005550001@c.us', poll: null });
    expect([arrivalMs, ...steps.map((step) => step.afterMs)]).toEqual([187, 954, 3020]);
  });

  it('keeps its order and bounds for any wire id, and varies between wire ids', () => {
    const deliveries = new Set<number>();
    fc.assert(
      fc.property(fc.stringMatching(/^3EB0[0-9A-F]{18}$/), (wireId) => {
        const { arrivalMs, steps } = scriptOf({ wireId, chatId: '15005550008@c.us', poll });
        const times = [0, ...steps.map((step) => step.afterMs)];
        const gaps = times.slice(1).map((time, index) => time - times[index]!);
        deliveries.add(gaps[0]!);
        [arrivalMs, ...gaps].forEach((gap, index) => {
          const base = [200, 1000, 2000, 3000][index]!;
          expect(gap).toBeGreaterThanOrEqual(base * 0.75);
          expect(gap).toBeLessThanOrEqual(base * 1.25);
        });
      }),
    );
    expect(deliveries.size).toBeGreaterThan(10);
  });
});
