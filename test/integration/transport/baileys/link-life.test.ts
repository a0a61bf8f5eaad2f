import { AsyncLocalStorage } from 'node:async_hooks';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import type { StreamEnd } from '../../../wire/server/faults';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

describe('the life of a link', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  const memory = new BreakableMemory();
  let number = 14155573000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const was = (state: string, from = 0) =>
    eventually(`it was ${state}`, () => link.states.slice(from).includes(state) || undefined);
  const works = async (): Promise<void> => {
    await link.connected();
    const contact = someone();
    await link.send(contact, 'are we up?');
    await contact.hears('are we up?');
  };

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, { memory });
  });
  afterEach(() => {
    expect(whatsapp.complaints.splice(0)).toEqual([]);
    phone.faults.heal();
  });
  afterAll(async () => {
    await link.transport.close();
    await eventually('no socket was left', () => whatsapp.connections === 0 || undefined);
    await whatsapp.close();
  });

  it.each<StreamEnd>([515, 503, 500])(
    'reconnects by itself when the server ends it with %i',
    async (code) => {
      const before = link.states.length;
      phone.faults.endStream(code);
      await was(code === 515 ? 'connecting' : 'disconnected', before);
      await works();
    },
  );

  it('reconnects by itself when it is cut, and is disconnected until then', async () => {
    const before = link.states.length;
    phone.faults.dropLink();
    await was('disconnected', before);
    await works();
    const told = link.seen.states.slice(before);
    expect(told.map(({ state }) => state)).toEqual(['disconnected', 'connecting', 'connected']);
    expect(told[0]?.reason).toMatch(/WhatsApp .*reconnects/);
  });

  it('keeps trying while the server refuses logins', async () => {
    const before = link.states.length;
    phone.faults.refuseLogin(503, 3);
    phone.faults.dropLink();
    await was('disconnected', before);
    await works();
    expect(link.states.slice(before).filter((state) => state === 'disconnected')).toHaveLength(4);
  });

  it('stays disconnected after a takeover until it is asked to reconnect', async () => {
    const before = link.states.length;
    phone.faults.endStream(440);
    await was('disconnected', before);
    const told = link.seen.states.length;
    expect(link.lastReason).toMatch(/another program/i);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(link.seen.states).toHaveLength(told);
    await expect(link.send(someone(), 'now?')).rejects.toMatchObject({ reason: 'link_down', mayPass: true });
    await link.transport.linking!.reconnect();
    await works();
  });

  it('fails pending requests as soon as it drops, although Baileys would wait a minute', async () => {
    const contact = someone();
    phone.faults.lose('usync', 2);
    const sending = link.send(contact, 'half way');
    const checking = link.transport.checkNumber('+14155559998');
    const outcomes = Promise.allSettled([sending, checking]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    phone.faults.dropLink();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'link_down', mayPass: true } });
    }
    phone.faults.heal();
    await works();
  });

  it('detects a dead connection, and pending messages fail at that moment', async () => {
    await link.transport.close();
    // Only the watchdog is fast here. Every other timeout is long.
    const timing = { pingMs: 1_500, ackMs: 60_000, queryMs: 60_000 };
    link = makeLink(whatsapp, { memory, phone: phone.number, timing }).open();
    await link.connected();
    const before = link.states.length;
    phone.faults.halfOpen();
    const message = link.text(someone(), 'into the void');
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'link_down', mayPass: true });
    await was('disconnected', before);
    await works();
  });

  it('leaves no socket behind after a dead connection', async () => {
    for (let round = 0; round < 3; round++) {
      await link.connected();
      const before = link.states.length;
      phone.faults.halfOpen();
      await was('disconnected', before);
    }
    await works();
    await eventually('only one socket was left', () => whatsapp.connections === 1 || undefined);
  });

  it('can be cut many times without leaking sockets or AsyncLocalStorages', async () => {
    const storages = switchedOnStorages();
    for (let round = 0; round < 15; round++) {
      await link.connected();
      const before = link.states.length;
      phone.faults.dropLink();
      await was('disconnected', before);
    }
    await works();
    expect(whatsapp.connections).toBe(1);
    expect(storages.count()).toBeLessThanOrEqual(1);
    storages.stop();
  });

  it('closes at once, also while it is down or dead', async () => {
    phone.faults.halfOpen();
    await link.transport.close();
    expect(link.transport.state).toBe('disconnected');
    await eventually('the socket was gone', () => whatsapp.connections === 0 || undefined);
    const down = makeLink(whatsapp, { memory, phone: phone.number });
    phone.faults.refuseLogin(503, Infinity);
    down.open();
    await eventually('the login was refused', () => down.states.includes('disconnected') || undefined);
    await down.transport.close();
    await down.opening;
    const told = down.seen.count();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(down.seen.count()).toBe(told);
    phone.faults.heal();
    link = makeLink(whatsapp, { memory, phone: phone.number }).open();
    await works();
  });
});

/** Counts the enabled `AsyncLocalStorage`s: before Node 24 each one slows down every promise. */
function switchedOnStorages(): { count(): number; stop(): void } {
  const began = jest.spyOn(AsyncLocalStorage.prototype, 'run');
  const ended = jest.spyOn(AsyncLocalStorage.prototype, 'disable');
  return {
    count: () => {
      const off = new Set<object>(ended.mock.contexts);
      return new Set<object>(began.mock.contexts.filter((storage) => !off.has(storage))).size;
    },
    stop: () => jest.restoreAllMocks(),
  };
}
