import { deferred, type Deferred } from '../../../engine/async/deferred';
import { shared } from '../../../engine/async/shared';

let runs: Deferred<number>[];
const run = (): Promise<number> => {
  const one = deferred<number>();
  runs.push(one);
  return one.promise;
};
beforeEach(() => (runs = []));

it('shares a run among all who call while it is under way', async () => {
  const call = shared(run);
  const both = Promise.all([call(), call()]);
  runs[0]!.resolve(1);
  expect(await both).toEqual([1, 1]);
  const again = call();
  runs[1]!.resolve(2);
  expect(await again).toBe(2);
});

it('shares a failure, and starts again after it', async () => {
  const call = shared(run);
  const both = [call(), call()];
  runs[0]!.reject(new Error('no'));
  for (const one of both) await expect(one).rejects.toThrow('no');
  void call();
  expect(runs).toHaveLength(2);
});
