import fc from 'fast-check';
import { latestTimer, timerOfNewChat, type ChatTimer } from '../../../../engine/domain/chats/chat-timer';

const timer = fc.record({
  seconds: fc.constantFrom(0, 86_400, 604_800),
  setAt: fc.integer({ min: 1, max: 9 }),
});
const after = (told: readonly ChatTimer[], known: ChatTimer | null = null): ChatTimer | null =>
  told.reduce<ChatTimer | null>((latest, one) => latestTimer(latest, one), known);

describe('the timer of a chat', () => {
  it('is the same whatever the order in which it was told', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.array(timer, { minLength: 5, maxLength: 5 }),
        (order, told) => {
          expect(after(order.map((index) => told[index]!))).toEqual(after(told));
        },
      ),
    );
  });

  it('is the one that was set last, also if that turned it off', () => {
    const [on, off] = [
      { seconds: 86_400, setAt: 5 },
      { seconds: 0, setAt: 6 },
    ];
    expect(after([off, on])).toEqual(off);
    expect(after([on, off])).toEqual(off);
  });

  it('is what was said without a time only while nothing better is known', () => {
    const [guess, better] = [
      { seconds: 86_400, setAt: 0 },
      { seconds: 604_800, setAt: 5 },
    ];
    expect(after([guess])).toEqual(guess);
    expect(after([guess, { ...guess, seconds: 0 }])).toEqual({ seconds: 0, setAt: 0 });
    expect(after([better, guess])).toEqual(better);
  });

  it.each([
    [[0, 0], 0],
    [[86_400, 0], 86_400],
    [[604_800, 86_400], 86_400],
    [[], 0],
  ])('is with defaults of %j at first %i', (defaults, seconds) => {
    expect(timerOfNewChat(defaults)).toEqual({ seconds, setAt: 0 });
  });
});
