import { EventEmitter } from 'node:events';
import type { BinaryNode, GroupMetadata } from '../../../../../engine/transport/baileys/baileys';
import { GroupCache } from '../../../../../engine/transport/baileys/groups/group-cache';
import { FakeClock } from '../../../../support/clock/fake-clock';

const LUNCH = '120363000000000001@g.us';
const CHESS = '120363000000000002@g.us';
const TEN_MINUTES = 600_000;

/** A cache on a socket that knows one group, and what was asked and told. */
function cacheOf(answer: () => Promise<BinaryNode | undefined> = () => Promise.resolve(subjects('Lunch'))) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const told: string[] = [];
  const socket = {
    ev: new EventEmitter(),
    ws: new EventEmitter(),
    query: () => {
      asked.push('all');
      return answer();
    },
    groupMetadata: async (id: string) => {
      asked.push(id);
      return { id, subject: `of ${id}`, participants: [] } as unknown as GroupMetadata;
    },
  };
  const onName = (group: string, name: string): void => void told.push(`${group} ${name}`);
  const cache = new GroupCache(socket as never, clock, () => undefined, onName);
  return { cache, clock, asked, told };
}

function subjects(subject: string): BinaryNode {
  const group = { tag: 'group', attrs: { id: LUNCH.split('@')[0]!, subject } };
  return { tag: 'iq', attrs: {}, content: [{ tag: 'groups', attrs: {}, content: [group] }] };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('asks for the names of all groups at once, and not again for ten minutes', async () => {
  const { cache, clock, asked } = cacheOf();
  expect(await Promise.all([cache.nameOf(LUNCH), cache.nameOf(CHESS)])).toEqual(['Lunch', null]);
  expect([await cache.nameOf(LUNCH), await cache.nameOf(CHESS), asked]).toEqual(['Lunch', null, ['all']]);
  await clock.advanceAsync(TEN_MINUTES);
  expect([await cache.nameOf(CHESS), asked]).toEqual([null, ['all', 'all']]);
});

it('knows a new name better than an answer that was under way', async () => {
  let give = (_: BinaryNode): void => undefined;
  const { cache } = cacheOf(() => new Promise((resolve) => (give = resolve)));
  const name = cache.nameOf(LUNCH);
  cache.rename(LUNCH, 'Dinner');
  give(subjects('Lunch'));
  expect([await name, await cache.nameOf(LUNCH)]).toEqual(['Dinner', 'Dinner']);
});

it('does without a name that WhatsApp does not say in time, or at all', async () => {
  const { cache, clock } = cacheOf(() => new Promise(() => undefined));
  const name = cache.nameOf(LUNCH);
  await clock.advanceAsync(5_000);
  expect(await name).toBeNull();
  expect(await cacheOf(() => Promise.reject(new Error('refused'))).cache.nameOf(LUNCH)).toBeNull();
});

it('leaves no timer behind once the names are known', async () => {
  const { cache, clock } = cacheOf();
  await cache.nameOf(LUNCH);
  expect(await cache.nameOf(CHESS)).toBeNull();
  expect(clock.pending).toBe(0);
});

it('tells the name of a group once, and again with its members', async () => {
  const { cache, told } = cacheOf();
  for (let times = 0; times < 2; times += 1) cache.tellName(LUNCH);
  await turn();
  expect(told).toEqual([`${LUNCH} Lunch`]);
  await cache.get(LUNCH);
  await turn();
  expect(told).toEqual([`${LUNCH} Lunch`, `${LUNCH} of ${LUNCH}`]);
});
