import { FindAccount, type AskWhatsApp } from '../../../../../engine/transport/baileys/sending/find-account';
import type { LearnedNames } from '../../../../../engine/transport/transport';
import { FakeClock } from '../../../../support/clock/fake-clock';
import { silentLog } from '../../../../support/servers/silent-log';
import { SmallMemory } from '../small-memory';

const DAY = 24 * 3_600_000;

/** A WhatsApp with these numbers. */
function world(...digits: string[]) {
  const clock = new FakeClock();
  const memory = new SmallMemory();
  const asked: string[][] = [];
  const told: LearnedNames[] = [];
  const ask: AskWhatsApp = async (numbers) => {
    asked.push(numbers);
    return numbers
      .filter((number) => digits.includes(number))
      .map((number) => ({ jid: `${number}@s.whatsapp.net` }));
  };
  const finder = (): FindAccount =>
    new FindAccount(memory, clock, silentLog, async (learned) => void told.push(learned));
  return { told, clock, memory, asked, ask, digits, finder, find: finder() };
}

describe('the account behind a number', () => {
  it('is looked up once, also across processes', async () => {
    const { find, finder, ask, asked } = world('14155551234');
    expect(await find.of('14155551234@c.us', ask)).toBe('14155551234@c.us');
    expect(await find.of('14155551234@c.us', ask)).toBe('14155551234@c.us');
    expect(await finder().of('14155551234@c.us', ask)).toBe('14155551234@c.us');
    expect(asked).toEqual([['14155551234']]);
  });

  it('is looked up once for concurrent requests', async () => {
    const { find, ask, asked } = world('14155551234');
    await Promise.all(Array.from({ length: 10 }, () => find.of('14155551234@c.us', ask)));
    expect(asked).toHaveLength(1);
  });

  it('is looked up again after a month, or after a day if there was none', async () => {
    const { find, ask, asked, clock, digits } = world('14155551234');
    await find.of('14155551234@c.us', ask);
    expect(await find.of('14155559999@c.us', ask)).toBeNull();
    clock.advance(DAY + 1);
    digits.push('14155559999');
    expect(await find.of('14155559999@c.us', ask)).toBe('14155559999@c.us');
    clock.advance(28 * DAY);
    await find.of('14155551234@c.us', ask);
    expect(asked).toHaveLength(3);
    clock.advance(2 * DAY);
    await find.of('14155551234@c.us', ask);
    expect(asked).toHaveLength(4);
  });

  it('is looked up again if the stored answer was wrong', async () => {
    const { find, ask, digits } = world('14155551234');
    await find.of('14155551234@c.us', ask);
    digits.length = 0;
    expect(await find.of('14155551234@c.us', ask)).toBe('14155551234@c.us');
    expect(await find.of('14155551234@c.us', ask, true)).toBeNull();
  });

  it.each([
    ['5511987654321', '551187654321'],
    ['551187654321', '5511987654321'],
    ['525512345678', '5215512345678'],
    ['5215512345678', '525512345678'],
    ['5491144445555', '541144445555'],
    ['541144445555', '5491144445555'],
  ])('of %s is %s if only that form exists', async (asked, exists) => {
    const { find, ask } = world(exists);
    expect(await find.of(`${asked}@c.us`, ask)).toBe(`${exists}@c.us`);
  });

  it('keeps the given form if both exist', async () => {
    const { find, ask } = world('551187654321', '5511987654321');
    expect(await find.of('551187654321@c.us', ask)).toBe('551187654321@c.us');
  });

  it('is not considered missing if the answer got lost', async () => {
    const { find, ask, memory } = world('14155551234');
    const lost = find.of('14155551234@c.us', async () => undefined);
    await expect(lost).rejects.toMatchObject({ reason: 'no_answer', mayPass: true });
    expect(memory.accounts.size).toBe(0);
    expect(await find.of('14155551234@c.us', ask)).toBe('14155551234@c.us');
  });

  it('is found even if the store is unreachable', async () => {
    const { find, ask, memory } = world('14155551234');
    memory.account = () => Promise.reject(new Error('unreachable'));
    memory.rememberAccount = () => Promise.reject(new Error('unreachable'));
    expect(await find.of('14155551234@c.us', ask)).toBe('14155551234@c.us');
  });
});
