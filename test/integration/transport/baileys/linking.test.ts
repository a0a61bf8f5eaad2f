import { systemClock, type Clock } from '../../../../engine/async/clock';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

describe('linking a number', () => {
  let whatsapp: WhatsApp;
  const links: LinkUnderTest[] = [];
  const made = (...given: Parameters<typeof makeLink> extends [unknown, ...infer Rest] ? Rest : never) => {
    const link = makeLink(whatsapp, ...given);
    links.push(link);
    return link;
  };
  let number = 14155550100;
  const aPhone = () => whatsapp.phone(`+${number++}`);

  beforeAll(async () => void (whatsapp = await startWhatsApp()));
  afterEach(async () => {
    await Promise.all(links.splice(0).map((link) => link.transport.close()));
    expect(whatsapp.complaints.splice(0)).toEqual([]);
  });
  afterAll(() => whatsapp.close());

  it('starts by itself for a new session, and reports each state', async () => {
    const phone = aPhone();
    const link = made().open();
    await link.opening;
    expect(link.transport.state).toBe('linking');
    await phone.link(await link.qr());
    await link.connected();
    expect(link.states).toEqual(['linking', 'connecting', 'connected']);
    expect(link.accounts).toEqual([{ phone: phone.number, pushName: null }]);
    expect(link.qrs.at(-1)).toBeNull();
  });

  it('stores no device until a phone has linked it', async () => {
    const memory = new BreakableMemory();
    const link = made({ memory }).open();
    await link.qr();
    await link.transport.close();
    expect(memory.values.size).toBe(0);
  });

  it('shows a new code when one expires, on a new socket when WhatsApp runs out of them', async () => {
    const phone = aPhone();
    const link = made({ timing: { qrMs: 40 } }).open();
    // Each socket has six codes, so the seventh comes from a second socket.
    await eventually(
      'many codes were shown',
      () => new Set(link.qrs.map((qr) => qr?.text)).size > 8 || undefined,
    );
    const shown = link.qrs.filter((qr) => qr !== null);
    expect(new Set(shown.map(({ text }) => text)).size).toBe(shown.length);
    expect(link.transport.state).toBe('linking');
    await eventually('a code could be scanned', () => link.qrs.at(-1)?.text);
    for (let tries = 0; phone.companions.length === 0; tries++) {
      // Codes expire so fast here that one may be gone before it is scanned.
      await phone.link(await link.qr()).catch((error: unknown) => {
        if (tries > 50) throw error;
      });
    }
    await link.connected();
  });

  it('reports when a code expires', async () => {
    const before = Date.now();
    const link = made().open();
    await link.qr();
    expect(link.qrs[0]!.expiresAt).toBeGreaterThanOrEqual(before + 60_000);
    expect(link.qrs[0]!.expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('stops after a while if nobody scans, and starts again on request', async () => {
    const linkingMs = 600_000;
    let endWindow!: () => void;
    const clock: Clock = {
      ...systemClock,
      after(delayMs, action) {
        if (delayMs === linkingMs) endWindow = action;
        return systemClock.after(delayMs, action);
      },
    };
    const link = made({ clock, timing: { linkingMs } }).open();
    await link.qr();
    endWindow();
    await eventually('it gave up', () => link.transport.state === 'unlinked' || undefined);
    expect(link.lastReason).toMatch(/nobody scanned/i);
    expect(link.qrs.at(-1)).toBeNull();
    await eventually('the socket was gone', () => whatsapp.connections === 0 || undefined);
    link.transport.linking!.start();
    await link.qr();
    expect(link.transport.state).toBe('linking');
  });

  it('works with a pairing code', async () => {
    const phone = aPhone();
    const link = made().open();
    const { code, expiresAt } = await link.transport.linking!.pairingCode(phone.number);
    expect(code).toMatch(/^[0-9A-Z]{8}$/);
    expect(expiresAt).toBeGreaterThan(Date.now() + 60_000);
    await phone.enterPairingCode(code);
    await link.connected();
    expect(link.accounts).toMatchObject([{ phone: phone.number }]);
  });

  it('works with a QR code or a new pairing code after an unused pairing code', async () => {
    const [first, second] = [aPhone(), aPhone()];
    const link = made().open();
    await link.transport.linking!.pairingCode(first.number);
    whatsapp.faults.dropLink();
    const again = await link.transport.linking!.pairingCode(second.number);
    await second.enterPairingCode(again.code);
    await link.connected();
    expect(link.accounts).toMatchObject([{ phone: second.number }]);

    const other = made().open();
    await other.transport.linking!.pairingCode(first.number);
    const shown = other.qrs.length;
    other.transport.linking!.start();
    await eventually('another code was shown', () => other.qrs.length >= shown || undefined);
    await first.link(await other.qr());
    await other.connected();
    expect(other.accounts).toMatchObject([{ phone: first.number }]);
  });

  it('is refused while a phone is linked, and for any phone but the session’s', async () => {
    const phone = aPhone();
    const memory = new BreakableMemory();
    const link = await linkedLink(whatsapp, phone, { memory });
    links.push(link);
    await expect(link.transport.linking!.pairingCode(phone.number)).rejects.toMatchObject({
      reason: 'already_linked',
    });
    const lost = made({ phone: phone.number }).open();
    await lost.opening;
    await expect(lost.transport.linking!.pairingCode('+14155559999')).rejects.toMatchObject({
      reason: 'another_phone',
    });
  });

  it('waits for a request if the number was linked before and its keys are gone', async () => {
    const phone = aPhone();
    const link = made({ phone: phone.number }).open();
    await link.opening;
    expect([link.transport.state, link.qrs]).toEqual(['logged_out', []]);
    await expect(link.transport.linking!.reconnect()).rejects.toMatchObject({ reason: 'not_linked' });
    link.transport.linking!.start();
    await phone.link(await link.qr());
    await link.connected();
  });

  it('logs out a phone that is not the session’s, and says why', async () => {
    const [right, wrong] = [aPhone(), aPhone()];
    const memory = new BreakableMemory();
    const link = made({ phone: right.number, memory }).open();
    await link.opening;
    link.transport.linking!.start();
    await wrong.link(await link.qr());
    await eventually('it was refused', () => link.lastReason?.includes('logged out again') || undefined);
    expect(link.transport.state).toBe('logged_out');
    expect(link.accounts).toEqual([]);
    expect(link.states).not.toContain('connected');
    await eventually('the device was gone', () => wrong.companions.length === 0 || undefined);
    expect([...memory.values.keys()]).toEqual([]);

    link.transport.linking!.start();
    await right.link(await link.qr());
    await link.connected();
  });

  it('ends with a logout: WhatsApp and the memory forget the device', async () => {
    const phone = aPhone();
    const memory = new BreakableMemory();
    const link = await linkedLink(whatsapp, phone, { memory });
    links.push(link);
    await link.transport.linking!.logOut();
    expect([link.transport.state, phone.companions.length, memory.values.size]).toEqual(['logged_out', 0, 0]);
    link.transport.linking!.start();
    await phone.link(await link.qr());
    await link.connected();
  });

  it('ends with a logout while the link is down, and says what to do on the phone', async () => {
    const phone = aPhone();
    const link = await linkedLink(whatsapp, phone);
    links.push(link);
    phone.faults.refuseLogin(503, Infinity);
    phone.faults.dropLink();
    await eventually('the link was down', () => link.transport.state !== 'connected' || undefined);
    await link.transport.linking!.logOut();
    expect(link.lastReason).toMatch(/remove the device on the phone/);
    phone.faults.heal();
    // A reconnect was pending.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(link.transport.state).toBe('logged_out');
  });

  it.each([
    ['the phone removes the device', 401],
    ['WhatsApp bans the account', 403],
  ] as const)('ends when %s, and can be repeated', async (_what, code) => {
    const phone = aPhone();
    const memory = new BreakableMemory();
    const link = await linkedLink(whatsapp, phone, { memory });
    links.push(link);
    if (code === 401) phone.unlink();
    else phone.faults.endStream(403);
    await eventually('it was logged out', () => link.transport.state === 'logged_out' || undefined);
    expect(link.lastReason).toMatch(/link the number again/i);
    await eventually('the keys were forgotten', () => memory.values.size === 0 || undefined);
    link.transport.linking!.start();
    await phone.link(await link.qr());
    await link.connected();
  });

  it('keeps the device and its keys across a restart', async () => {
    const phone = aPhone();
    const memory = new BreakableMemory();
    const first = await linkedLink(whatsapp, phone, { memory });
    const ada = whatsapp.contact(`+${number++}`);
    await first.send(ada, 'one');
    await ada.hears('one');
    await first.transport.close();
    const second = made({ memory, phone: phone.number }).open();
    await second.opening;
    expect(second.transport.state).toBe('connected');
    await ada.sends({ text: 'two' }, { to: phone });
    await eventually('it was read', () => second.seen.inbounds.find(({ text }) => text === 'two'));
    await second.send(ada, 'three');
    await ada.hears('three');
    expect(phone.companions).toHaveLength(1);
  });
});
