import fc from 'fast-check';
import { scriptOf } from '../../../../engine/transport/sandbox/test-numbers';
import { FakeClock } from '../../../support/clock/fake-clock';
import { SmallEngine } from './small-engine';
import { textTo } from './driven';

const PHONES = ['1', '3', '4', '5', '7', '9'].map((digit) => `+1500555000${digit}`);

type Move =
  | { do: 'send'; which: number }
  | { do: 'pass'; ms: number }
  | { do: 'refuse'; times: number }
  | { do: 'crash'; forgetting: boolean };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), which: fc.nat(PHONES.length - 1) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 4000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('refuse' as const), times: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), forgetting: fc.boolean() }) },
);

describe('sandbox transport with repeats, waits, refusals and crashes in any order', () => {
  it('plays every script once, in order, to its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 25 }), async (moves) => {
        const clock = new FakeClock();
        const engine = new SmallEngine(clock);
        const messages = PHONES.map((phone, index) => textTo(phone, `3EB0${String(index).repeat(18)}`));
        engine.start();
        for (const step of moves) {
          if (step.do === 'send') engine.send(messages[step.which]!);
          else if (step.do === 'pass') await clock.advanceAsync(step.ms);
          else if (step.do === 'refuse') engine.refuseNext(step.times);
          else await engine.crash(step.forgetting);
        }
        // From here on nothing is random: sends are retried until they succeed, and all time passes.
        for (let round = 0; round < 4; round += 1) {
          await clock.advanceAsync(60_000);
          engine.sendPending();
        }
        await clock.advanceAsync(60_000);
        await engine.stop();

        for (const message of messages) {
          const plot = scriptOf({ ...message, poll: null }).steps.map((step) => step.kind);
          const { wasSent, lives, answers, status } = engine.account(message.wireId);
          expect(answers.size).toBe(
            wasSent && plot.some((kind) => kind === 'reply' || kind === 'reaction') ? 1 : 0,
          );
          if (wasSent)
            expect(status).toBe({ '1': 'read', '3': 'sending' }[message.chatId[10]!] ?? 'delivered');
          for (const told of lives) {
            // One process reports each step once and in order; a later process skips what is known.
            expect(plot.filter((kind) => told.includes(kind))).toEqual(told);
          }
        }
        expect(engine.faults).toEqual([]);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
