import fc from 'fast-check';
import { PartHung, Silence } from '../../../engine/async/watchdog';

describe('Silence', () => {
  it('counts only while there is work and nothing changes', () => {
    const silence = new Silence();
    expect(silence.look(7, 1_000)).toBe(0);
    expect(silence.look(7, 1_000)).toBe(1_000);
    expect(silence.look(7, 1_500)).toBe(2_500);
    expect(silence.look(8, 1_000)).toBe(0);
    expect(silence.look(8, 1_000)).toBe(1_000);
    expect(silence.look(null, 1_000)).toBe(0);
    expect(silence.look(null, 60_000)).toBe(0);
    expect(silence.look(8, 1_000)).toBe(0);
  });

  it('does not count the time in which this process stood still', () => {
    const silence = new Silence();
    silence.look(1, 1_000);
    expect(silence.look(1, 3_600_000)).toBe(2_000);
  });

  it('never says more than the looks since the last change, at two seconds each', () => {
    const looks = fc.array(
      fc.record({ progress: fc.option(fc.integer({ min: 0, max: 2 })), ms: fc.nat({ max: 10_000 }) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(looks, (all) => {
        const silence = new Silence();
        let since = 0;
        all.forEach(({ progress, ms }, index) => {
          const same = index > 0 && progress !== null && all[index - 1]!.progress === progress;
          since = same ? since + 1 : 0;
          expect(silence.look(progress, ms)).toBeLessThanOrEqual(since * 2_000);
        });
      }),
    );
  });
});

it('the error names the part and what to do', () => {
  expect(new PartHung('The embedded database', 30_000).message).toBe(
    'The embedded database has answered nothing for 30 s. This engine ends at once, and nothing that was committed is lost. Start it again.',
  );
});
