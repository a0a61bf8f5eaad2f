import { deferred } from '../../../engine/async/deferred';
import { Creations } from '../../../engine/sending/creations';

const act = { do: 'create' as const, key: '3EB0', since: 0, mayExist: false };

it('creates once while it is being created, and afterwards', async () => {
  const creations = new Creations();
  const done = deferred();
  const create = jest.fn(() => done.promise.then(() => 'group'));
  const both = [creations.once(act, false, create), creations.once(act, true, create)];
  done.resolve();
  expect(await Promise.all(both)).toEqual(['group', 'group']);
  expect(await creations.once(act, false, create)).toBe('group');
  expect(create.mock.calls).toEqual([[act]]);
});

it('creates another for another key, and tries again after a failure', async () => {
  const creations = new Creations();
  const create = jest.fn(async ({ key }: typeof act) => {
    if (create.mock.calls.length === 1) throw new Error('link down');
    return key;
  });
  await expect(creations.once(act, false, create)).rejects.toThrow('link down');
  expect(await creations.once(act, false, create)).toBe('3EB0');
  expect(await creations.once({ ...act, key: '3EB1' }, false, create)).toBe('3EB1');
});

it('looks for what a previous owner may have created', async () => {
  const create = jest.fn(async () => 'group');
  await new Creations().once(act, true, create);
  expect(create.mock.calls).toEqual([[{ ...act, mayExist: true }]]);
});

it('does everything else each time', async () => {
  const creations = new Creations();
  const get = jest.fn(async () => 'group');
  await creations.once({ do: 'get' }, true, get);
  await creations.once({ do: 'get' }, false, get);
  expect(get.mock.calls).toEqual([[{ do: 'get' }], [{ do: 'get' }]]);
});
