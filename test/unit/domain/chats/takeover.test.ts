import fc from 'fast-check';
import {
  afterGiveBack,
  afterOwnerWrote,
  afterTakeOver,
  handledBy,
  isWriting,
  type ChatHolder,
} from '../../../../engine/domain/chats/takeover';

const BOT: ChatHolder = { humanSince: null, humanUntil: null, givenBackAt: null };
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 4, 4, 12);
const at = (hours: number): Date => new Date(NOON + hours * HOUR);

describe('a chat in which the owner writes', () => {
  it('is a person’s for the session’s hours from then on', () => {
    const chat = afterOwnerWrote(BOT, 12, at(0), at(0))!;
    expect(chat).toEqual({ humanSince: at(0), humanUntil: at(12), givenBackAt: null });
    expect(handledBy(chat, at(11.99))).toBe('human');
    expect(handledBy(chat, at(12))).toBe('bot');
  });

  it('stays the bot’s if the session says never', () => {
    expect(afterOwnerWrote(BOT, 0, at(0), at(0))).toBeNull();
  });

  it('counts from when it was written: what came late has less time left, or none', () => {
    expect(afterOwnerWrote(BOT, 12, at(-5), at(0))).toMatchObject({ humanSince: at(-5), humanUntil: at(7) });
    expect(afterOwnerWrote(BOT, 12, at(-12), at(0))).toBeNull();
    expect(afterOwnerWrote(BOT, 12, at(3), at(0))).toMatchObject({ humanUntil: at(12) });
  });

  it('is extended by what the owner writes later, and never shortened', () => {
    const chat = afterOwnerWrote(BOT, 12, at(0), at(0))!;
    expect(afterOwnerWrote(chat, 12, at(2), at(2))).toEqual({ ...chat, humanUntil: at(14) });
    expect(afterOwnerWrote(chat, 1, at(2), at(2))).toBeNull();
    const open = afterTakeOver(BOT, null, at(0));
    expect(afterOwnerWrote(open, 12, at(2), at(2))).toBeNull();
  });

  it('stays the bot’s if it was given back after that was written', () => {
    const given = afterGiveBack(at(1));
    expect(afterOwnerWrote(given, 12, at(0), at(2))).toBeNull();
    expect(afterOwnerWrote(given, 12, at(1.5), at(2))).toMatchObject({ humanUntil: at(13.5) });
    // WhatsApp counts whole seconds.
    expect(afterOwnerWrote(given, 12, new Date(at(1).getTime() - 900), at(2))).not.toBeNull();
  });

  it('is taken over by messages and edits, and by nothing else', () => {
    const kinds = ['message', 'edited', 'reaction', 'poll_vote', 'revoked'];
    expect(kinds.filter((kind) => isWriting({ kind, type: 'text' }))).toEqual(['message', 'edited']);
    expect(isWriting({ kind: 'message', type: 'unsupported' })).toBe(true);
    expect(isWriting({ kind: 'message', type: 'status_mention' })).toBe(false);
    expect(isWriting({ kind: 'message', type: 'event_reply' })).toBe(false);
  });
});

describe('whatever happens to a chat', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('write' as const), late: fc.nat(30), hours: fc.constantFrom(0, 1, 12) }),
    fc.record({ do: fc.constant('take' as const), hours: fc.option(fc.integer({ min: 1, max: 30 })) }),
    fc.record({ do: fc.constant('give' as const) }),
  );
  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  /** The chat after one hour for each step. */
  const play = (
    steps: readonly Step[],
  ): { chat: ChatHolder; before: ChatHolder; now: Date; last?: Step }[] => {
    let chat = BOT;
    return steps.map((one, index) => {
      const before = chat;
      const now = at(index);
      if (one.do === 'give') chat = afterGiveBack(now);
      else if (one.do === 'take')
        chat = afterTakeOver(chat, one.hours === null ? null : at(index + one.hours), now);
      else chat = afterOwnerWrote(chat, one.hours, at(index - one.late), now) ?? chat;
      return { chat, before, now, last: one };
    });
  };

  it('what the owner writes never gives it to the bot, nor for less time', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        for (const { chat, before, now, last } of play(steps)) {
          if (last?.do !== 'write' || handledBy(before, now) === 'bot') continue;
          expect(handledBy(chat, now)).toBe('human');
          const [left, was] = [chat.humanUntil ?? Infinity, before.humanUntil ?? Infinity];
          expect(Number(left)).toBeGreaterThanOrEqual(Number(was));
        }
      }),
    );
  });

  it('it is the bot’s when given back, until something newer is written or somebody takes it over', () => {
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 2, max: 30 }), (steps, late) => {
        const given = [...play(steps), ...play([{ do: 'give' }])].at(-1)!;
        const now = new Date(given.now.getTime() + HOUR);
        const after = afterOwnerWrote(
          afterGiveBack(given.now),
          12,
          new Date(now.getTime() - late * HOUR),
          now,
        );
        expect(handledBy(after ?? afterGiveBack(given.now), now)).toBe('bot');
      }),
    );
  });

  it('the order in which what the owner wrote comes in changes nothing', () => {
    const written = fc.uniqueArray(fc.nat(20), { minLength: 1 });
    fc.assert(
      fc.property(written, fc.constantFrom(1, 12, 48), (times, hours) => {
        const now = at(20);
        const all = (order: number[]): Date | null =>
          order.reduce((chat, time) => afterOwnerWrote(chat, hours, at(time), now) ?? chat, BOT).humanUntil;
        expect(all([...times].sort((a, b) => a - b))).toEqual(all(times));
      }),
    );
  });
});
