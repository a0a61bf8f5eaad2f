import { systemClock } from '../../../../engine/async/clock';
import { isEarlyLogout } from '../../../../engine/domain/early-logout';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

describe('a number that WhatsApp logs out right after it was linked', () => {
  let whatsapp: WhatsApp;
  let number = 14155574000;
  const links: LinkUnderTest[] = [];
  const kept = <Link extends LinkUnderTest>(link: Link): Link => {
    links.push(link);
    return link;
  };
  const loggedOut = async (link: LinkUnderTest): Promise<string> => {
    await eventually('it was logged out', () => link.states.includes('logged_out') || undefined);
    return link.lastReason ?? '';
  };

  beforeAll(async () => void (whatsapp = await startWhatsApp()));
  afterEach(() => Promise.all(links.splice(0).map((link) => link.transport.close())));
  afterAll(() => whatsapp.close());

  it('is told for what it probably is, also after the engine has started again', async () => {
    const phone = whatsapp.phone(`+${number++}`);
    const memory = new BreakableMemory();
    const link = kept(await linkedLink(whatsapp, phone, { memory }));
    phone.unlink();
    const reason = await loggedOut(link);
    expect(isEarlyLogout(reason)).toBe(true);
    await link.transport.close();
    // The engine gives the reason that it has stored.
    const next = kept(makeLink(whatsapp, { memory, phone: phone.number, logoutReason: reason }).open());
    expect(await loggedOut(next)).toBe(reason);
    const knowsNothing = kept(makeLink(whatsapp, { memory, phone: phone.number }).open());
    expect(await loggedOut(knowsNothing)).toMatch(/keys of this number are gone/);
  });

  it('is told so when the engine was killed between the two', async () => {
    const phone = whatsapp.phone(`+${number++}`);
    const memory = new BreakableMemory();
    const link = kept(await linkedLink(whatsapp, phone, { memory }));
    await eventually('the device is stored', () => memory.values.size > 0 || undefined);
    const left = memory.asItIs();
    memory.beforeWrite = () => new Promise(() => undefined);
    await link.transport.close();
    phone.unlink();
    const next = kept(makeLink(whatsapp, { memory: left, phone: phone.number }).open());
    expect(isEarlyLogout(await loggedOut(next))).toBe(true);
  });

  it('is an ordinary logout later on', async () => {
    const phone = whatsapp.phone(`+${number++}`);
    const memory = new BreakableMemory();
    const before = { now: () => Date.now() - 3_600_000, after: systemClock.after };
    const link = kept(await linkedLink(whatsapp, phone, { memory, clock: before }));
    await link.transport.close();
    phone.unlink();
    const next = kept(makeLink(whatsapp, { memory, phone: phone.number }).open());
    expect(await loggedOut(next)).toMatch(/^The device was removed on the phone/);
  });
});
